import { fileURLToPath } from 'node:url';

/** The folder of the model that comes with Lantern. */
export const TRAINED_MODEL: string = fileURLToPath(new URL('../../models/tiny', import.meta.url));
