import { yieldToEventLoop } from '../generate/yield-to-event-loop.ts';
import { type BicubicTaps, bicubicTaps } from './bicubic-taps.ts';
import type { RgbImage } from './rgb-image.ts';

/** How long the event loop is kept waiting, in milliseconds. */
const TURN = 4;

/**
 * A picture in another size: bicubic, antialiased, byte for byte what the vendor's processor makes of it. Across first,
 * rounded and clamped to bytes, then down; a direction that keeps its size is left as it is. Other work has its turn every
 * few milliseconds. Throws the signal's reason when aborted.
 */
export async function resizeBicubic(
  image: RgbImage,
  height: number,
  width: number,
  signal?: AbortSignal,
): Promise<RgbImage> {
  signal?.throwIfAborted();
  if (image.height === height && image.width === width) return image;
  const across = image.width === width ? null : bicubicTaps(image.width, width);
  const down = image.height === height ? null : bicubicTaps(image.height, height);
  const rowBytes = width * 3;
  const sourceBytes = image.width * 3;
  // Clamped arrays take whatever the weights sum to.
  const data = new Uint8ClampedArray(height * rowBytes);

  // Rows that went across wait here until no output row needs them: a window that moves down the picture.
  const room = down ? down.most : 1;
  const window = new Uint8ClampedArray(room * rowBytes);
  let reached = 0;
  const goAcross = (y: number, out: Uint8ClampedArray) => {
    const row = image.data.subarray(y * sourceBytes, (y + 1) * sourceBytes);
    if (across) resizeRow(row, across, out);
    else out.set(row);
  };

  let turnEnds = performance.now() + TURN;
  for (let y = 0; y < height; y++) {
    const out = data.subarray(y * rowBytes, (y + 1) * rowBytes);
    if (!down) goAcross(y, out);
    else {
      const end = down.first[y]! + down.count[y]!;
      for (reached = Math.max(reached, down.first[y]!); reached < end; reached++) {
        const slot = (reached % room) * rowBytes;
        goAcross(reached, window.subarray(slot, slot + rowBytes));
      }
      blendRows(window, room, down, y, out);
    }
    if (performance.now() < turnEnds) continue;
    await yieldToEventLoop();
    signal?.throwIfAborted();
    turnEnds = performance.now() + TURN;
  }
  return { width, height, data: new Uint8Array(data.buffer) };
}

/** One row of a picture across: `row` [source width, 3] → `out` [width, 3]. */
function resizeRow(row: Uint8Array, { first, count, weights, most, shift }: BicubicTaps, out: Uint8ClampedArray): void {
  const half = 1 << (shift - 1);
  for (let x = 0, o = 0; o < out.length; x++, o += 3) {
    let [red, green, blue] = [half, half, half];
    let at = first[x]! * 3;
    const end = x * most + count[x]!;
    for (let w = x * most; w < end; w++, at += 3) {
      const weight = weights[w]!;
      red = (red + weight * row[at]!) | 0;
      green = (green + weight * row[at + 1]!) | 0;
      blue = (blue + weight * row[at + 2]!) | 0;
    }
    out[o] = red >> shift;
    out[o + 1] = green >> shift;
    out[o + 2] = blue >> shift;
  }
}

/** Row `y` of the output, from rows that went across and lie in `window` [room, row bytes] by their number modulo `room`. */
function blendRows(
  window: Uint8ClampedArray,
  room: number,
  taps: BicubicTaps,
  y: number,
  out: Uint8ClampedArray,
): void {
  const { first, count, weights, most, shift } = taps;
  const half = 1 << (shift - 1);
  const [from, many] = [first[y]!, count[y]!];
  for (let i = 0; i < out.length; i++) {
    let sum = half;
    let slot = from % room;
    for (let t = 0; t < many; t++) {
      sum = (sum + weights[y * most + t]! * window[slot * out.length + i]!) | 0;
      if (++slot === room) slot = 0;
    }
    out[i] = sum >> shift;
  }
}
