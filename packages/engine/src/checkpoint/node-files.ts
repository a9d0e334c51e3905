import { closeSync, fstatSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LanternError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import { fileSource } from './file-source.ts';
import type { Folder } from './folder.ts';

/** A file as a source (Node only). Throws a LanternError where it cannot be opened. */
export function openFile(path: string): ByteSource {
  let descriptor: number;
  let size: number;
  try {
    descriptor = openSync(path, 'r');
    size = fstatSync(descriptor).size;
  } catch (error) {
    throw new LanternError('missing-file', `${path}: cannot be opened (${(error as NodeJS.ErrnoException).code})`);
  }
  let open = true;
  const source = fileSource({ name: path, size, descriptor });
  return {
    ...source,
    close() {
      source.close();
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}

/** A folder of the file system (Node only). Throws a LanternError where it cannot be listed. */
export function openFolder(path: string): Folder {
  let names: string[];
  try {
    names = readdirSync(path);
  } catch (error) {
    throw new LanternError('missing-file', `${path}: cannot be listed (${(error as NodeJS.ErrnoException).code})`);
  }
  return { path, names: names.sort(), open: (name) => openFile(join(path, name)) };
}
