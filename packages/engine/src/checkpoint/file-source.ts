import { LanternError } from '../errors.ts';
import { type ByteSource, shortRead } from './byte-source.ts';

/** What it takes to read an open file from another thread: plain data, good while the file is open. */
export type SharedFile = Pick<ByteSource, 'name' | 'size'> & { descriptor: number };

/** An open file as a source (Node only). `close` leaves the descriptor to whoever opened it. */
export function fileSource({ name, size, descriptor }: SharedFile): ByteSource {
  const { readSync } = process.getBuiltinModule('node:fs');
  let open = true;
  return {
    name,
    size,
    descriptor,
    read(offset, into) {
      if (!open) throw new LanternError('closed', `${name}: the checkpoint is closed`);
      let done = 0;
      while (done < into.length) {
        let count: number;
        try {
          count = readSync(descriptor, into, done, into.length - done, offset + done);
        } catch (error) {
          throw new LanternError('bad-checkpoint', `${name}: reading fails (${(error as NodeJS.ErrnoException).code})`);
        }
        if (count === 0) throw shortRead(name, offset, into.length, size);
        done += count;
      }
    },
    close() {
      open = false;
    },
  };
}
