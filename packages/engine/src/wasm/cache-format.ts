import { PAGE_TOKENS } from '../model/batch.ts';

/** How keys and values are kept: as they were computed, or rounded to IEEE half precision. */
export type CacheFormat = 'f16' | 'f32';

/** Tokens whose keys stand side by side. */
export const KEY_TOKENS = 16;
/** Dimensions of a value that stand side by side. */
export const VALUE_DIMS = 16;

/**
 * One KV head's part of a page, laid out so that attention reads it from front to back and sums in whole vectors: keys
 * with tokens side by side (a score a lane), values with dimensions side by side (an output a lane).
 *
 *   keys    [page tokens / 16][steps][16 tokens][4 bytes]       f32: a step is a dimension
 *                                                               f16: a pair of them, the even one in the low half
 *   values  [head dims / 16][page tokens][16 dims]              f32: as they are
 *                                                               f16: 8 words; word i holds i (low half) and i + 8
 */
export type CacheLayout = {
  format: CacheFormat;
  headDim: number;
  /** Steps along a key, and bytes from one to the next. */
  keySteps: number;
  keyStepBytes: number;
  /** Bytes of 16 tokens' keys. */
  keyBlockBytes: number;
  /** Blocks of 16 dimensions of a value, bytes of one token's part, bytes from block to block. */
  valueBlocks: number;
  valueRowBytes: number;
  valueBlockBytes: number;
  /** Bytes of a page's keys of one KV head, and of its values. */
  headBytes: number;
};

export function cacheLayout(format: CacheFormat, headDim: number): CacheLayout {
  const size = format === 'f16' ? 2 : 4;
  const keySteps = format === 'f16' ? headDim / 2 : headDim;
  const keyStepBytes = KEY_TOKENS * 4;
  const valueBlocks = Math.ceil(headDim / VALUE_DIMS);
  const valueRowBytes = VALUE_DIMS * size;
  const valueBlockBytes = PAGE_TOKENS * valueRowBytes;
  return {
    format,
    headDim,
    keySteps,
    keyStepBytes,
    keyBlockBytes: keySteps * keyStepBytes,
    valueBlocks,
    valueRowBytes,
    valueBlockBytes,
    headBytes: valueBlocks * valueBlockBytes,
  };
}

/** Where a token's key begins among its head's keys. Its steps follow `keyStepBytes` apart. */
export function keyOffset(layout: CacheLayout, token: number): number {
  return Math.floor(token / KEY_TOKENS) * layout.keyBlockBytes + (token % KEY_TOKENS) * 4;
}

/** Where a token's value begins among its head's values. Its blocks follow `valueBlockBytes` apart. */
export function valueOffset(layout: CacheLayout, token: number): number {
  return token * layout.valueRowBytes;
}
