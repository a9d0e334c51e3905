import { LanternError } from '../errors.ts';

/** A file, or anything else that can be read at any place: the only way in which weights are reached. */
export type ByteSource = {
  /** Path or label, for messages. */
  name: string;
  /** Bytes; offsets and sizes are plain numbers, exact far beyond 2^32. */
  size: number;
  /** Number of the open file, by which every thread of a Node process can read it; null where only this thread can. */
  descriptor: number | null;
  /** Fills `into` with the bytes from `offset` on. Throws a LanternError where there are fewer. */
  read(offset: number, into: Uint8Array): void;
  close(): void;
};

/** Bytes in memory as a source. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.length,
    descriptor: null,
    read(offset, into) {
      if (offset < 0 || offset + into.length > bytes.length) throw shortRead(name, offset, into.length, bytes.length);
      into.set(bytes.subarray(offset, offset + into.length));
    },
    close() {},
  };
}

/** What to throw where a file ends before it should. */
export function shortRead(name: string, offset: number, wanted: number, size: number): LanternError {
  return new LanternError(
    'bad-checkpoint',
    `${name}: the file ends at ${size} bytes, but ${wanted} bytes are wanted from ${offset} on`,
    'It is truncated; fetch it again.',
  );
}

/** Text files of a checkpoint beyond this size are refused: a real `tokenizer.json` takes 20 MB. */
const MAX_TEXT_BYTES = 1 << 28;

/** The whole source as UTF-8 text. */
export function readText(source: ByteSource): string {
  if (source.size > MAX_TEXT_BYTES)
    throw new LanternError(
      'bad-checkpoint',
      `${source.name}: ${source.size} bytes of text, at most ${MAX_TEXT_BYTES} are allowed`,
    );
  const bytes = new Uint8Array(source.size);
  source.read(0, bytes);
  return new TextDecoder().decode(bytes);
}
