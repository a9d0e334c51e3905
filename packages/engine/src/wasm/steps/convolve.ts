import { alongTrail } from '../../model/batch.ts';
import { convChannels } from '../../model/config.ts';
import type { ConvolveStep } from '../../model/plan.ts';
import { deltaGates } from '../../reference/kernels/convolve.ts';
import type { RowsAt } from '../addresses.ts';
import type { Compiler } from '../compiler.ts';
import { deal } from '../deal.ts';
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

/** Heads times rows that are convolved before they are normed; of more rows one head at a time. */
const TOGETHER = 64;

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
 * Units of work are the query heads, the key heads, as many channels of the values, and the gates of some tokens. Neighbouring
 * channels go together, for memory is read fastest along a row, but no more than stay in cache over all rows until they are
 * normed.
 */
export function runConvolve(op: ConvolveOp, lane: Lane): void {
  const rows = lane.batch.ids.length;
  const channelUnits = Math.ceil(op.channels / op.keyDim);
  const together = Math.max(1, Math.floor(TOGETHER / rows));
  deal(lane, channelUnits + Math.ceil(rows / PIECE_TOKENS), (from, to) => {
    for (let first = from; first < Math.min(to, channelUnits); first += together) {
      const end = Math.min(first + together, to, channelUnits);
      convolveChannels(op, lane, first * op.keyDim, Math.min(end * op.keyDim, op.channels));
      for (let head = first; head < Math.min(end, 2 * op.keyHeads); head++) normHead(op, lane, head);
    }
    for (let unit = Math.max(from, channelUnits); unit < to; unit++)
      openGates(op, lane, (unit - channelUnits) * PIECE_TOKENS);
  });
}

function convolveChannels(op: ConvolveOp, lane: Lane, from: number, to: number): void {
  const { kernels, bytes } = lane.arenas[op.arena]!;
  // Rows are padded, so the kernel's vectors of four may go beyond the last channel.
  const channels = Math.ceil((to - from) / 4) * 4;
  const stateAt = (slot: number) => rowAt(op.state, slot) + from * 4;
  const carry = (old: number, slot: number) => {
    for (let tap = 0; tap < op.taps - 1; tap++) {
      const source = stateAt(old) + tap * op.stateStride;
      bytes.copyWithin(stateAt(slot) + tap * op.stateStride, source, source + channels * 4);
    }
  };
  const absorb = (slot: number, row: number, count: number) =>
    kernels[op.convolve]!(rowAt(op.qkv, row) + from * 4, stateAt(slot), op.weight + from * 4, channels, count);
  for (const sequence of lane.batch.sequences) alongTrail(sequence, carry, absorb);
}

/** Norms one of the query heads, or of the key heads that follow them, in all rows. */
function normHead(op: ConvolveOp, lane: Lane, head: number): void {
  const norm = lane.arenas[op.arena]!.kernels[head < op.keyHeads ? op.normQuery : op.normKey]!;
  norm(rowAt(op.qkv, 0) + head * op.keyDim * 4, lane.batch.ids.length);
}

function openGates({ arena, a, b, valueHeads, decay, dtBias }: ConvolveOp, lane: Lane, from: number): void {
  const view = lane.arenas[arena]!;
  const to = Math.min(from + PIECE_TOKENS, lane.batch.ids.length);
  for (let t = from; t < to; t++)
    deltaGates(rowFloats(view, a, t, valueHeads), rowFloats(view, b, t, valueHeads), decay, dtBias);
}
