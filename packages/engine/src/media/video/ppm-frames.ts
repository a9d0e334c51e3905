import { LanternError } from '../../errors.ts';
import { checkSize } from '../check-size.ts';
import type { RgbImage } from '../rgb-image.ts';

/** Longest header: `P6`, two sizes and the largest value. */
const HEADER_BYTES = 32;
const HEADER = /^P6\n(\d+) (\d+)\n255\n/;

/**
 * Frames from a stream of binary PPM pictures, each of which says its own size. They are what a decoder in a process of its
 * own hands over. A frame that is cut short at the end is left out.
 */
export async function* ppmFrames(stream: AsyncIterable<Uint8Array>, decodedPixels: number): AsyncGenerator<RgbImage> {
  let head = new Uint8Array(0);
  let frame: RgbImage | undefined;
  let filled = 0;
  for await (const chunk of stream) {
    let at = 0;
    while (at < chunk.length) {
      if (!frame) {
        const before = head.length;
        head = Uint8Array.from([...head, ...chunk.subarray(at, at + HEADER_BYTES - before)]);
        const match = HEADER.exec(String.fromCharCode(...head));
        if (!match) {
          if (head.length === HEADER_BYTES)
            throw new LanternError('bad-input', 'the decoder of the video gave no frames');
          break;
        }
        const [width, height] = [Number(match[1]), Number(match[2])];
        checkSize(width, height, decodedPixels);
        frame = { width, height, data: new Uint8Array(width * height * 3) };
        filled = 0;
        at += match[0].length - before;
        head = new Uint8Array(0);
      }
      const part = chunk.subarray(at, at + frame.data.length - filled);
      frame.data.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < frame.data.length) continue;
      yield frame;
      frame = undefined;
    }
  }
}
