import { LanternError } from '../errors.ts';
import { FP8_SPAN } from './blocks/e4m3.ts';
import { shown } from './json.ts';
import type { Staging } from './staging.ts';
import { readVector } from './stored-matrix.ts';
import type { StoredTensor } from './stored-tensor.ts';
import type { WeightMatrix } from './weights.ts';

/**
 * e4m3 codes [rows, columns] with a scale for each block of 128 × 128: `scale` is [⌈rows/128⌉, ⌈columns/128⌉], its
 * blocks at the edges partial. Despite the usual name `weight_scale_inv`, values are code · scale.
 */
export function fp8Matrix(
  weight: StoredTensor,
  scale: StoredTensor,
  rows: number,
  columns: number,
  staging: Staging,
): WeightMatrix {
  const spans = Math.ceil(columns / FP8_SPAN);
  const expected = [Math.ceil(rows / FP8_SPAN), spans];
  if (shown(scale.shape) !== shown(expected))
    throw new LanternError(
      'unsupported',
      `${scale.source.name}: tensor ${scale.name} has shape ${shown(scale.shape)}, ${shown(expected)} is expected: one scale for each 128 × 128 weights`,
    );
  let scales: Float32Array | null = null;
  return {
    name: weight.name,
    storedAs: 'F8_E4M3',
    storedBytes: weight.bytes + scale.bytes,
    rows,
    columns,
    encoding: { kind: 'fp8' },
    roundsActivations: false,
    layout: { kind: 'fp8', weight, scale, rows, columns },
    readStored: null,
    read(from, to) {
      scales ??= readVector(scale, staging);
      const count = (to - from) * columns;
      const input = staging.input(count);
      weight.source.read(weight.offset + from * columns, input.bytes.subarray(0, count));
      const rowScales = staging.output(0, (to - from) * spans).scales.subarray(0, (to - from) * spans);
      for (let row = from, at = 0; row < to; row++) {
        const block = Math.floor(row / FP8_SPAN) * spans;
        for (let span = 0; span < spans; span++) rowScales[at++] = scales[block + span]!;
      }
      return { kind: 'fp8', codes: input.bytes.subarray(0, count), scales: rowScales };
    },
  };
}
