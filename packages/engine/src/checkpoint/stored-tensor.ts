import { LanternError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';

/** A tensor where it lies: header data, checked against the file's size. */
export type StoredTensor = {
  name: string;
  /** As the file's own world spells it: `BF16`, `F8_E4M3`, `Q4_K`, … */
  format: string;
  /** Outermost dimension first. */
  shape: number[];
  source: ByteSource;
  /** Of its first byte in `source`. */
  offset: number;
  bytes: number;
};

/** Product of the dimensions. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const dimension of shape) count *= dimension;
  return count;
}

/** Throws where two tensors of one file share bytes. */
export function refuseOverlap(tensors: readonly StoredTensor[]): void {
  const sorted = tensors.filter((t) => t.bytes > 0).sort((a, b) => a.offset - b.offset);
  for (let i = 1; i < sorted.length; i++) {
    const before = sorted[i - 1]!;
    const tensor = sorted[i]!;
    if (before.offset + before.bytes > tensor.offset)
      throw new LanternError(
        'bad-checkpoint',
        `${tensor.source.name}: tensors ${before.name} and ${tensor.name} overlap at byte ${tensor.offset}`,
      );
  }
}
