import { fileURLToPath } from 'node:url';

/** Folder of the model that comes with Lantern, used wherever no model is named. */
export function builtInModel(): string {
  return fileURLToPath(new URL('.', import.meta.resolve('@lantern/tiny/package.json')));
}
