import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../node_modules/@wllama/wllama/', import.meta.url);

/** The folder of wllama's modules, and its version. Throws where it is not installed. */
export function wllamaPackage(): { folder: string; version: string } {
  const manifest = new URL('package.json', ROOT);
  if (!existsSync(manifest)) throw new Error('@wllama/wllama is not installed: run npm install --prefix bench');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return { folder: fileURLToPath(new URL('esm/', ROOT)), version };
}
