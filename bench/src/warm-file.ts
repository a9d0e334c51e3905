import { closeSync, openSync, readSync } from 'node:fs';

const PIECE = 8 << 20;

/** Reads a file through, so that it lies in the page cache. */
export function warmFile(path: string): void {
  const handle = openSync(path, 'r');
  const piece = new Uint8Array(PIECE);
  try {
    while (readSync(handle, piece) > 0);
  } finally {
    closeSync(handle);
  }
}
