import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resizeBicubic } from './resize-bicubic.ts';
import type { RgbImage } from './rgb-image.ts';

/** A picture of every value, with edges. */
function picture(width: number, height: number): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i % 7 === 0 ? 255 : (i * i) % 253));
  return { width, height, data };
}

/** What one output byte is, straight from the formula: across, rounded and clamped, then down. */
function naive({ width, height, data }: RgbImage, outHeight: number, outWidth: number): number[] {
  const across = kernel(width, outWidth);
  const down = kernel(height, outHeight);
  const sum = (weights: Map<number, number>, value: (i: number) => number) => {
    let total = 0;
    for (const [i, weight] of weights) total += weight * value(i);
    return Math.min(255, Math.max(0, Math.floor(total + 0.5)));
  };
  const wide = (y: number, x: number, c: number) => sum(across[x]!, (i) => data[(y * width + i) * 3 + c]!);
  return Array.from({ length: outHeight * outWidth * 3 }, (_, at) => {
    const [y, x, c] = [Math.floor(at / (outWidth * 3)), Math.floor(at / 3) % outWidth, at % 3];
    return sum(down[y]!, (i) => wide(i, x, c));
  });
}

function kernel(input: number, output: number): Map<number, number>[] {
  const stretch = Math.max(input / output, 1);
  const cubic = (x: number) =>
    x < 1 ? 1.5 * x ** 3 - 2.5 * x ** 2 + 1 : x < 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0;
  return Array.from({ length: output }, (_, o) => {
    const center = (o + 0.5) * (input / output);
    const weights = new Map<number, number>();
    for (let i = 0; i < input; i++) weights.set(i, cubic(Math.abs(i + 0.5 - center) / stretch));
    const total = [...weights.values()].reduce((a, b) => a + b);
    return new Map([...weights].map(([i, weight]) => [i, weight / total]));
  });
}

test('the formula, larger and smaller, up to the rounding of its weights', async () => {
  for (const [width, height, outWidth, outHeight] of [
    [20, 14, 32, 64],
    [50, 70, 32, 32],
    [33, 40, 64, 32],
    [11, 300, 32, 32],
  ] as const) {
    const source = picture(width, height);
    const { data } = await resizeBicubic(source, outHeight, outWidth);
    const expected = naive(source, outHeight, outWidth);
    assert.equal(data.length, expected.length);
    const off = expected.map((value, i) => Math.abs(value - data[i]!));
    assert.ok(Math.max(...off) <= 1, `${width} × ${height}: ${Math.max(...off)}`);
    assert.ok(off.filter((d) => d > 0).length < 0.05 * off.length);
  }
});

test('the same size is the same picture, and one colour stays one colour', async () => {
  const source = picture(32, 64);
  assert.equal(await resizeBicubic(source, 64, 32), source);
  const flat = { width: 40, height: 50, data: new Uint8Array(40 * 50 * 3).fill(201) };
  assert.deepEqual(new Set((await resizeBicubic(flat, 96, 32)).data), new Set([201]));
});

test('a large picture lets others have their turn and can be given up', async () => {
  const source = { width: 3000, height: 2000, data: new Uint8Array(3000 * 2000 * 3) };
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await resizeBicubic(source, 1024, 1536);
  clearInterval(timer);
  assert.ok(turns > 3, `${turns} turns`);

  const controller = new AbortController();
  const work = resizeBicubic(source, 1024, 1536, controller.signal);
  setImmediate(() => controller.abort());
  await assert.rejects(work, { name: 'AbortError' });
  await assert.rejects(resizeBicubic(source, 1024, 1536, AbortSignal.abort()), { name: 'AbortError' });
});
