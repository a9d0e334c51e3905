import { fileURLToPath } from 'node:url';

/** The model that a recipe is given on the command line, or the built-in one of this repository. */
export function modelPath(): string {
  return process.argv[2] ?? fileURLToPath(new URL('../../../models/tiny', import.meta.url));
}
