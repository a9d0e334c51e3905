import type { VisionLinear, VisionNorm } from '../checkpoint/weights.ts';
import type { BufferOf } from './plan.ts';

/**
 * The vision tower told to a backend, in the manner of `Plan`. It sees one slice at a time, in chunks of whole cells:
 * each phase runs on every chunk before the next phase begins. Buffers with a row for each of the `patches` outlast a
 * phase; those with a row for each of the `chunk`, or for each of its `cells`, do not.
 */
export type VisionPlan = {
  phases: VisionStep[][];
  /** Whoever runs the plan puts the chunk's pixels here before the first phase, [3 · patchSize²] for each frame. */
  pixels: readonly [VisionBuffer, VisionBuffer];
  /** [outHiddenSize] for each cell, after the last phase. */
  embeddings: VisionBuffer;
};

/** Numbers of the tower: a row for each of what `rows` names. */
export type VisionBuffer = BufferOf<'patches' | 'chunk' | 'cells'>;

export type VisionStep =
  | VisionProjectStep
  | LayerNormStep
  | AddPositionsStep
  | TurnPatchesStep
  | AttendPatchesStep
  | GeluStep
  | MergeStep;

/** out = W · input + bias, or out += W · input + bias where `add`. */
export type VisionProjectStep = {
  op: 'vision-project';
  input: VisionBuffer;
  weight: VisionLinear['weight'];
  bias: Float32Array;
  add: boolean;
  out: VisionBuffer;
};

/** out = (input − mean) / sqrt(variance + eps) ⊙ weight + bias */
export type LayerNormStep = { op: 'layer-norm'; input: VisionBuffer; norm: VisionNorm; eps: number; out: VisionBuffer };

/** hidden += the table's entry where the patch lies, between its four neighbours (see patch-grid.ts). */
export type AddPositionsStep = { op: 'add-positions'; table: Float32Array; side: number; hidden: VisionBuffer };

/**
 * Rotates each head of queries and keys by the patch's row and column, divides queries by √headDim, and puts queries,
 * keys and values where `attend-patches` finds those of the whole slice.
 */
export type TurnPatchesStep = { op: 'turn-patches'; heads: number; qkv: VisionBuffer; q: VisionBuffer };

/** out_h = softmax(q_h · K) · V over all patches of the slice. */
export type AttendPatchesStep = { op: 'attend-patches'; heads: number; q: VisionBuffer; out: VisionBuffer };

/** values ← x · Φ(x), Φ by the error function, or by the hyperbolic tangent that comes near it. */
export type GeluStep = { op: 'gelu'; form: 'tanh' | 'erf'; values: VisionBuffer };

/** out = the rows of a cell's four patches, one after the other. */
export type MergeStep = { op: 'merge'; input: VisionBuffer; out: VisionBuffer };
