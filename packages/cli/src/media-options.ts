import type { Command } from 'commander';
import type { MediaFile } from './media-file.ts';
import { readMediaFile } from './media-file.ts';
import { anyNumber, textList } from './option-parsers.ts';
import { UsageError } from './usage-error.ts';

/** Options about what the model is shown, and what becomes of the places that it names in it. */
export type MediaOptions = { image?: string[]; video?: string[]; fps?: number; draw?: string; elements?: boolean };

export function addMediaOptions(command: Command): Command {
  return command
    .option('--image <file>', 'show the model a picture; may be given several times', textList)
    .option('--video <file>', 'show the model a video; may be given several times', textList)
    .option('--fps <n>', 'frames a second to look at in a video, from 0.1 to 10 (default: 2)', anyNumber)
    .option('--draw <out.png>', 'write the picture with the boxes that the answer names')
    .option('--elements', 'print the elements of the user interface that the picture shows, as JSON');
}

/** Throws a UsageError where these options do not go together, or with so many answers. */
export function checkMediaOptions({ image = [], video = [], fps, draw, elements }: MediaOptions, count: number): void {
  if (fps !== undefined && !(fps >= 0.1 && fps <= 10)) throw new UsageError(`--fps is ${fps}; it goes from 0.1 to 10`);
  if (fps !== undefined && video.length === 0) throw new UsageError('--fps is about a --video, and there is none');
  for (const [flag, given] of [
    ['--draw', draw !== undefined],
    ['--elements', elements === true],
  ] as const) {
    if (!given) continue;
    if (image.length !== 1 || video.length > 0)
      throw new UsageError(`${flag} needs exactly one --image, and no --video, for boxes do not say where they are`);
    if (count > 1) throw new UsageError(`${flag} and --n exclude each other`);
  }
}

/** The files that go with the prompt: pictures first, then videos. */
export function readAttachments({ image = [], video = [], fps }: MediaOptions): Promise<MediaFile[]> {
  return Promise.all([
    ...image.map((path) => readMediaFile('image', path)),
    ...video.map((path) => readMediaFile('video', path, { fps })),
  ]);
}
