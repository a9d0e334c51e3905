import { LanternError } from '../../errors.ts';

/** What decoding may cost. */
export type DecodeLimits = {
  /** Pixels of a picture as it is stored, known from its header. Default 100 million. */
  decodedPixels?: number | undefined;
  /** Size of the file. Default 100 MiB. */
  bytes?: number | undefined;
  /** Default 30. */
  seconds?: number | undefined;
  signal?: AbortSignal | undefined;
};

export const DECODED_PIXELS = 100_000_000;
export const PICTURE_BYTES = 100 * 2 ** 20;
export const PICTURE_SECONDS = 30;

/** Refuses files that are empty or too large to begin with. */
export function checkBytes(what: string, bytes: number, most: number): void {
  if (bytes === 0) throw new LanternError('bad-input', `the ${what} is empty: it has no bytes`);
  if (bytes > most)
    throw new LanternError(
      'bad-input',
      `the ${what} has ${bytes} bytes, at most ${most} are allowed`,
      'make it smaller',
    );
}
