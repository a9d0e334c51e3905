import { fileURLToPath } from 'node:url';

/** Where files go that can be made anew: `bench/.cache`. */
export const CACHE: string = fileURLToPath(new URL('../.cache', import.meta.url));
