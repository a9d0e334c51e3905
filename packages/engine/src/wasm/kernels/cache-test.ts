import { type CacheLayout, keyOffset, valueOffset } from '../cache-format.ts';
import type { Bench } from './kernel-test.ts';

/** Support for the tests of kernels that see a page of the cache: the layout told once more, number by number. */

/** Writes a token's key (into the keys at byte `at`). */
export function placeKey({ buffer }: Bench, layout: CacheLayout, at: number, token: number, key: Float32Array): void {
  const numbers = numbersOf(buffer, layout);
  key.forEach((x, i) => {
    numbers[keyIndex(layout, at, token, i)] = x;
  });
}

/** Writes a token's value (into the values at byte `at`). */
export function placeValue(
  { buffer }: Bench,
  layout: CacheLayout,
  at: number,
  token: number,
  value: Float32Array,
): void {
  const numbers = numbersOf(buffer, layout);
  value.forEach((x, i) => {
    numbers[valueIndex(layout, at, token, i)] = x;
  });
}

export function readKey({ buffer }: Bench, layout: CacheLayout, at: number, token: number): Float32Array {
  const numbers = numbersOf(buffer, layout);
  return Float32Array.from({ length: layout.headDim }, (_, i) => numbers[keyIndex(layout, at, token, i)]!);
}

export function readValue({ buffer }: Bench, layout: CacheLayout, at: number, token: number): Float32Array {
  const numbers = numbersOf(buffer, layout);
  return Float32Array.from({ length: layout.headDim }, (_, i) => numbers[valueIndex(layout, at, token, i)]!);
}

/** What the cache makes of numbers. */
export function rounded({ format }: CacheLayout, numbers: Float32Array): Float32Array {
  return format === 'f16' ? Float32Array.from(Float16Array.from(numbers)) : numbers;
}

function numbersOf(buffer: ArrayBufferLike, { format }: CacheLayout): Float16Array | Float32Array {
  return format === 'f16' ? new Float16Array(buffer) : new Float32Array(buffer);
}

function keyIndex(layout: CacheLayout, at: number, token: number, i: number): number {
  const [perStep, size] = layout.format === 'f16' ? [2, 2] : [1, 4];
  const step = Math.floor(i / perStep);
  return (at + keyOffset(layout, token) + step * layout.keyStepBytes) / size + (i % perStep);
}

function valueIndex(layout: CacheLayout, at: number, token: number, i: number): number {
  const [block, inBlock] = [Math.floor(i / 16), i % 16];
  const from = at + valueOffset(layout, token) + block * layout.valueBlockBytes;
  return layout.format === 'f16' ? from / 2 + 2 * (inBlock % 8) + Math.floor(inBlock / 8) : from / 4 + inBlock;
}
