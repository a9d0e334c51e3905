import { readFile } from 'node:fs/promises';
import { fileError } from './read-input.ts';

/** A picture or a video that the user named. */
export type MediaFile = {
  type: 'image' | 'video';
  path: string;
  bytes: Uint8Array;
  /** Of a video: frames a second to look at; undefined: as many as the model is used to. */
  fps?: number | undefined;
};

/** Throws a LanternError where the file cannot be read. */
export async function readMediaFile(
  type: MediaFile['type'],
  path: string,
  options: Pick<MediaFile, 'fps'> = {},
): Promise<MediaFile> {
  try {
    return { type, path, bytes: await readFile(path), ...options };
  } catch (error) {
    throw await fileError(path, error);
  }
}
