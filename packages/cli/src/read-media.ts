import type { Media, ProcessorConfig, RgbImage } from '@lantern/engine';
import type { MediaFile } from './media-file.ts';

type Reader = typeof import('@lantern/engine/node');

/** What a file shows, as the model takes it. Throws a LanternError that names the file. */
export function readMedia(file: MediaFile, processor: ProcessorConfig | null, signal?: AbortSignal): Promise<Media> {
  const { type, bytes, fps } = file;
  return naming(file, ({ readPicture, readVideo }) =>
    type === 'image'
      ? readPicture(bytes, processor, { signal })
      : readVideo(bytes, processor, { limits: { fps }, signal }),
  );
}

/** A video whose frames are files; `fps` is how many of them made up a second. */
export function readFrames(
  files: readonly MediaFile[],
  { fps }: { fps?: number },
  processor: ProcessorConfig | null,
): Promise<Media> {
  const list = files.map(({ bytes }) => bytes);
  return naming(files[0]!, (reader) => reader.readFrames(list, processor, { fps }));
}

/** The pixels of a picture file. */
export function decodeFile(file: MediaFile): Promise<RgbImage> {
  return naming(file, ({ decodePicture }) => decodePicture(file.bytes));
}

async function naming<Result>({ path }: MediaFile, read: (reader: Reader) => Promise<Result>): Promise<Result> {
  const reader = await import('@lantern/engine/node');
  try {
    return await read(reader);
  } catch (error) {
    const { LanternError } = await import('@lantern/engine');
    if (!(error instanceof LanternError)) throw error;
    throw new LanternError(error.code, `${path}: ${error.message}`, error.remedy);
  }
}
