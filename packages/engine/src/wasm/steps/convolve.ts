import { alongTrail } from '../../model/batch.ts';
import { convChannels } from '../../model/config.ts';
import type { ConvolveStep } from '../../model/plan.ts';
import { deltaGates } from '../../reference/kernels/convolve.ts';
import type { RowsAt } from '../addresses.ts';
import type { Compiler } from '../compiler.ts';
import { convolveKernel } from '../kernels/convolve.ts';
import { headNormKernel } from '../kernels/head-norm.ts';
import { type Lane, rowAt, rowFloats, shareOf } from '../lane.ts';

export type ConvolveOp = {
  op: 'convolve';
  arena: number;
  convolve: string;
  normQueries: string;
  normKeys: string;
  qkv: RowsAt;
  a: RowsAt;
  b: RowsAt;
  channels: number;
  /** [taps][channels] */
  weight: number;
  /** Convolution state of slot 0; slots are `stride` apart. It has `taps` − 1 rows, `stateStride` apart. */
  state: RowsAt;
  taps: number;
  stateStride: number;
  /** Bytes from the queries of a row to its keys. */
  keysAt: number;
  valueHeads: number;
  decay: Float32Array;
  dtBias: Float32Array;
};

export function compileConvolve(step: ConvolveStep, compiler: Compiler): ConvolveOp {
  const { linear } = compiler.config;
  const channels = convChannels(linear);
  const qkv = compiler.rows(step.qkv);
  const state = compiler.recurrent(step.linearLayer);
  const stateStride = compiler.convolutionStride;
  const taps = linear.convKernel;
  const transposed = new Float32Array((taps * stateStride) / 4);
  for (let c = 0; c < channels; c++)
    for (let t = 0; t < taps; t++) transposed[(t * stateStride) / 4 + c] = step.weight[c * taps + t]!;
  const convolve = { taps, rowStride: qkv.stride, stateStride, weightStride: stateStride };
  const heads = { heads: linear.numKeyHeads, headDim: linear.keyHeadDim, rowStride: qkv.stride };
  return {
    op: 'convolve',
    arena: compiler.arena,
    convolve: compiler.kernel('convolve', convolveKernel, convolve),
    normQueries: compiler.kernel('head-norm', headNormKernel, { ...heads, scale: 1 / Math.sqrt(linear.keyHeadDim) }),
    normKeys: compiler.kernel('head-norm', headNormKernel, { ...heads, scale: 1 }),
    qkv,
    a: compiler.rows(step.a),
    b: compiler.rows(step.b),
    channels,
    weight: compiler.vector(transposed),
    state,
    taps,
    stateStride,
    keysAt: linear.numKeyHeads * linear.keyHeadDim * 4,
    valueHeads: linear.numValueHeads,
    decay: step.decay,
    dtBias: step.dtBias,
  };
}

export function runConvolve(op: ConvolveOp, lane: Lane): void {
  const view = lane.arenas[op.arena]!;
  // Workers share the channels by whole cache lines; a last, partial line belongs to the last worker.
  const lines = shareOf(lane, Math.ceil(op.channels / 16));
  const first = lines.from * 16;
  const channels = Math.min(lines.to * 16, Math.ceil(op.channels / 4) * 4) - first;
  const stateAt = (slot: number) => rowAt(op.state, slot) + first * 4;
  const carry = (from: number, to: number) => {
    for (let tap = 0; tap < op.taps - 1; tap++) {
      const source = stateAt(from) + tap * op.stateStride;
      view.bytes.copyWithin(stateAt(to) + tap * op.stateStride, source, source + channels * 4);
    }
  };
  const absorb = (slot: number, row: number, count: number) =>
    view.kernels[op.convolve]!(rowAt(op.qkv, row) + first * 4, stateAt(slot), op.weight + first * 4, channels, count);
  if (channels > 0) for (const sequence of lane.batch.sequences) alongTrail(sequence, carry, absorb);
  lane.barrier();
  const { from, to } = shareOf(lane, lane.batch.ids.length);
  if (to === from) return;
  view.kernels[op.normQueries]!(rowAt(op.qkv, from), to - from);
  view.kernels[op.normKeys]!(rowAt(op.qkv, from) + op.keysAt, to - from);
  for (let t = from; t < to; t++)
    deltaGates(rowFloats(view, op.a, t, op.valueHeads), rowFloats(view, op.b, t, op.valueHeads), op.decay, op.dtBias);
}
