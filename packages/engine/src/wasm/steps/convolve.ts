import { alongTrail } from '../../model/batch.ts';
import { convChannels } from '../../model/config.ts';
import type { ConvolveStep } from '../../model/plan.ts';
import { deltaGates } from '../../reference/kernels/convolve.ts';
import type { RowsAt } from '../addresses.ts';
import type { Compiler } from '../compiler.ts';
import { dealEach } from '../deal.ts';
import { convolveKernel } from '../kernels/convolve.ts';
import { headNormKernel } from '../kernels/head-norm.ts';
import { type Lane, rowAt, rowFloats } from '../lane.ts';

export type ConvolveOp = {
  op: 'convolve';
  arena: number;
  convolve: string;
  normQuery: string;
  normKey: string;
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
  keyHeads: number;
  keyDim: number;
  valueHeads: number;
  decay: Float32Array;
  dtBias: Float32Array;
};

/** Tokens whose gates a worker takes at a time. */
const PIECE_TOKENS = 32;

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
  const head = { headDim: linear.keyHeadDim, rowStride: qkv.stride };
  return {
    op: 'convolve',
    arena: compiler.arena,
    convolve: compiler.kernel('convolve', convolveKernel, convolve),
    normQuery: compiler.kernel('head-norm', headNormKernel, { ...head, scale: 1 / Math.sqrt(linear.keyHeadDim) }),
    normKey: compiler.kernel('head-norm', headNormKernel, { ...head, scale: 1 }),
    qkv,
    a: compiler.rows(step.a),
    b: compiler.rows(step.b),
    channels,
    weight: compiler.vector(transposed),
    state,
    taps,
    stateStride,
    keyHeads: linear.numKeyHeads,
    keyDim: linear.keyHeadDim,
    valueHeads: linear.numValueHeads,
    decay: step.decay,
    dtBias: step.dtBias,
  };
}

/**
 * Handed out by pieces: some heads of the queries or keys, which are normed at once; as many channels of the values; gates
 * of tokens. Pieces are as large as the number of workers allows, for memory is read fastest along a row.
 */
export function runConvolve(op: ConvolveOp, lane: Lane): void {
  const { kernels, bytes } = lane.arenas[op.arena]!;
  const { sequences, ids } = lane.batch;
  const convolve = (first: number, channels: number) => {
    const stateAt = (slot: number) => rowAt(op.state, slot) + first * 4;
    const carry = (from: number, to: number) => {
      for (let tap = 0; tap < op.taps - 1; tap++) {
        const source = stateAt(from) + tap * op.stateStride;
        bytes.copyWithin(stateAt(to) + tap * op.stateStride, source, source + channels * 4);
      }
    };
    const absorb = (slot: number, row: number, count: number) =>
      kernels[op.convolve]!(rowAt(op.qkv, row) + first * 4, stateAt(slot), op.weight + first * 4, channels, count);
    for (const sequence of sequences) alongTrail(sequence, carry, absorb);
  };
  const heads = Math.max(1, Math.floor(op.keyHeads / (2 * lane.workers)));
  const keyUnits = Math.ceil(op.keyHeads / heads);
  const values = op.channels - 2 * op.keyHeads * op.keyDim;
  const valueUnits = Math.ceil(values / (heads * op.keyDim));
  const units = 2 * keyUnits + valueUnits + Math.ceil(ids.length / PIECE_TOKENS);
  dealEach(lane, units, (unit) => {
    if (unit < 2 * keyUnits) {
      const firstOf = unit < keyUnits ? 0 : op.keyHeads;
      const from = (unit % keyUnits) * heads;
      const to = Math.min(from + heads, op.keyHeads);
      convolve((firstOf + from) * op.keyDim, (to - from) * op.keyDim);
      const norm = kernels[unit < keyUnits ? op.normQuery : op.normKey]!;
      for (let h = from; h < to; h++) norm(rowAt(op.qkv, 0) + (firstOf + h) * op.keyDim * 4, ids.length);
    } else if (unit < 2 * keyUnits + valueUnits) {
      const from = (unit - 2 * keyUnits) * heads * op.keyDim;
      // Rows are padded, so the kernel's vectors of four may go beyond the last channel.
      const channels = Math.min(heads * op.keyDim, Math.ceil((values - from) / 4) * 4);
      convolve(2 * op.keyHeads * op.keyDim + from, channels);
    } else openGates(op, lane, (unit - 2 * keyUnits - valueUnits) * PIECE_TOKENS);
  });
}

function openGates({ arena, a, b, valueHeads, decay, dtBias }: ConvolveOp, lane: Lane, from: number): void {
  const view = lane.arenas[arena]!;
  const to = Math.min(from + PIECE_TOKENS, lane.batch.ids.length);
  for (let t = from; t < to; t++)
    deltaGates(rowFloats(view, a, t, valueHeads), rowFloats(view, b, t, valueHeads), decay, dtBias);
}
