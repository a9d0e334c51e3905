import { LanternError } from '../../errors.ts';
import { checkSize } from '../check-size.ts';
import { decodePages, readHeader } from '../decode/decode-with-sharp.ts';
import type { RgbImage } from '../rgb-image.ts';
import type { OpenVideo, VideoCost } from './video-decoder.ts';

type AnimationType = 'image/gif' | 'image/webp';

/** Pixels that are decoded at a time; each turn goes through the frames before it once more. */
const TURN_PIXELS = 32_000_000;
/** What browsers make of a frame that is to be shown for no time, in milliseconds. */
const USUAL_DELAY = 100;

/** An animated GIF or WebP as a video. Throws a LanternError where it does not move. */
export async function animationSource(bytes: Uint8Array, type: AnimationType, cost: VideoCost): Promise<OpenVideo> {
  const { width, pageHeight, pages = 1, delay = [] } = await readHeader(bytes, type, -1);
  if (pages < 2 || pageHeight === undefined)
    throw new LanternError('bad-input', `the video is ${type} of one frame`, 'give it as a picture');
  checkSize(width, pageHeight, cost.decodedPixels);
  const starts = [0];
  for (let i = 0; i < pages; i++) starts.push(starts[i]! + (delay[i] || USUAL_DELAY) / 1000);
  const duration = starts[pages]!;

  const deadline = performance.now() + cost.seconds * 1000;
  const perTurn = Math.max(1, Math.floor(Math.min(TURN_PIXELS, cost.decodedPixels) / (width * pageHeight)));
  async function* read(indices: readonly number[], signal?: AbortSignal): AsyncGenerator<RgbImage> {
    let first = 0;
    let sheet: RgbImage | undefined;
    const frameBytes = width * pageHeight! * 3;
    for (const index of indices) {
      signal?.throwIfAborted();
      if (!sheet || index >= first + perTurn) {
        first = index;
        const seconds = Math.ceil((deadline - performance.now()) / 1000);
        if (seconds <= 0)
          throw new LanternError(
            'bad-input',
            `the video takes more than ${cost.seconds} seconds to decode`,
            'make it smaller',
          );
        const turn = { page: first, pages: Math.min(perTurn, pages - first) };
        sheet = await decodePages(bytes, type, turn, { decodedPixels: cost.decodedPixels, seconds });
      }
      const at = (index - first) * frameBytes;
      yield { width, height: pageHeight!, data: sheet.data.slice(at, at + frameBytes) };
    }
  }
  return { total: pages, fps: pages / duration, duration, timeOf: (index) => starts[index]!, read };
}
