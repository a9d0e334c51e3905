import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { LanternError } from '../errors.ts';
import { type ByteSource, shortRead } from './byte-source.ts';
import type { Folder } from './folder.ts';

/** A file as a source (Node only). Throws a LanternError where it cannot be opened. */
export function openFile(path: string): ByteSource {
  let handle: number;
  let size: number;
  try {
    handle = openSync(path, 'r');
    size = fstatSync(handle).size;
  } catch (error) {
    throw new LanternError('missing-file', `${path}: cannot be opened (${(error as NodeJS.ErrnoException).code})`);
  }
  let open = true;
  return {
    name: path,
    size,
    read(offset, into) {
      if (!open) throw new LanternError('closed', `${path}: the checkpoint is closed`);
      let done = 0;
      while (done < into.length) {
        let count: number;
        try {
          count = readSync(handle, into, done, into.length - done, offset + done);
        } catch (error) {
          throw new LanternError('bad-checkpoint', `${path}: reading fails (${(error as NodeJS.ErrnoException).code})`);
        }
        if (count === 0) throw shortRead(path, offset, into.length, size);
        done += count;
      }
    },
    close() {
      if (open) closeSync(handle);
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
