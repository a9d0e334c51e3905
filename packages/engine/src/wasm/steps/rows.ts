import type { AddGatedStep, EmbedStep, GatherStep, NormStep, SwigluStep } from '../../model/plan.ts';
import { sigmoid } from '../../reference/kernels/activations.ts';
import type { MatrixAt, RowsAt } from '../addresses.ts';
import type { Compiler } from '../compiler.ts';
import { shareOf } from '../deal.ts';
import { axpyKernel } from '../kernels/axpy.ts';
import { rmsNormKernel } from '../kernels/norm.ts';
import { type Lane, rowAt, rowFloats, rowsNow } from '../lane.ts';
import { unpackRow } from '../panels/unpack-row.ts';

/** The steps that treat every row by itself: each worker takes some rows. */

export type EmbedOp = { op: 'embed'; arena: number; table: MatrixAt; out: RowsAt };

export function compileEmbed(step: EmbedStep, compiler: Compiler): EmbedOp {
  return { op: 'embed', arena: compiler.arena, table: compiler.matrix(step.table), out: compiler.rows(step.out) };
}

export function runEmbed(op: EmbedOp, lane: Lane): void {
  const view = lane.arenas[op.arena]!;
  const { from, to } = shareOf(lane, lane.batch.ids.length);
  const { format, at, columns } = op.table;
  for (let t = from; t < to; t++) {
    const id = lane.batch.ids[t]!;
    // Otherwise the row holds what was seen.
    if (id >= 0) unpackRow(format, view.buffer, at, id, rowFloats(view, op.out, t, columns));
  }
}

export type NormOp = {
  op: 'norm';
  arena: number;
  kernel: string;
  input: RowsAt;
  weight: number;
  out: RowsAt;
  rows: 'tokens' | 'outputs';
};

export function compileNorm(step: NormStep, compiler: Compiler): NormOp {
  const input = compiler.rows(step.input);
  const out = compiler.rows(step.out);
  const shape = { width: step.input.width, inputStride: input.stride, outStride: out.stride, eps: step.eps };
  const kernel = compiler.kernel('norm', rmsNormKernel, shape);
  const { arena } = compiler;
  return { op: 'norm', arena, kernel, input, weight: compiler.vector(step.weight), out, rows: step.input.rows };
}

export function runNorm(op: NormOp, lane: Lane): void {
  const { from, to } = shareOf(lane, rowsNow(lane, op.rows).count);
  if (to > from)
    lane.arenas[op.arena]!.kernels[op.kernel]!(rowAt(op.input, from), op.weight, rowAt(op.out, from), to - from);
}

export type SwigluOp = { op: 'swiglu'; arena: number; kernel: string; gate: RowsAt; up: RowsAt; out: RowsAt };

export function compileSwiglu(step: SwigluStep, compiler: Compiler): SwigluOp {
  const [gate, up, out] = [compiler.rows(step.gate), compiler.rows(step.up), compiler.rows(step.out)];
  const kernel = compiler.swiglu(step.out.width, gate, up, out);
  return { op: 'swiglu', arena: compiler.arena, kernel, gate, up, out };
}

export function runSwiglu(op: SwigluOp, lane: Lane): void {
  const { from, to } = shareOf(lane, lane.batch.ids.length);
  if (to > from)
    lane.arenas[op.arena]!.kernels[op.kernel]!(
      rowAt(op.gate, from),
      rowAt(op.up, from),
      rowAt(op.out, from),
      to - from,
    );
}

export type AddGatedOp = {
  op: 'add-gated';
  arena: number;
  kernel: string;
  gate: RowsAt;
  value: RowsAt;
  hidden: RowsAt;
};

export function compileAddGated(step: AddGatedStep, compiler: Compiler): AddGatedOp {
  const kernel = compiler.kernel('axpy', axpyKernel, { width: step.hidden.width });
  const [gate, value, hidden] = [compiler.rows(step.gate), compiler.rows(step.value), compiler.rows(step.hidden)];
  return { op: 'add-gated', arena: compiler.arena, kernel, gate, value, hidden };
}

export function runAddGated(op: AddGatedOp, lane: Lane): void {
  const view = lane.arenas[op.arena]!;
  const { from, to } = shareOf(lane, lane.batch.ids.length);
  for (let t = from; t < to; t++) {
    const share = sigmoid(view.floats[rowAt(op.gate, t) / 4]!);
    view.kernels[op.kernel]!(rowAt(op.value, t), rowAt(op.hidden, t), share);
  }
}

export type GatherOp = { op: 'gather'; arena: number; width: number; input: RowsAt; out: RowsAt };

export function compileGather(step: GatherStep, compiler: Compiler): GatherOp {
  const [input, out] = [compiler.rows(step.input), compiler.rows(step.out)];
  return { op: 'gather', arena: compiler.arena, width: step.input.width, input, out };
}

export function runGather(op: GatherOp, lane: Lane): void {
  const view = lane.arenas[op.arena]!;
  const { from, to } = shareOf(lane, lane.batch.outputs.length);
  for (let i = from; i < to; i++)
    rowFloats(view, op.out, i, op.width).set(rowFloats(view, op.input, lane.batch.outputs[i]!, op.width));
}

/** Carries a buffer from one arena to the next: the only way between them. */
export type WalkOp = {
  op: 'walk';
  from: number;
  to: number;
  width: number;
  input: RowsAt;
  out: RowsAt;
  rows: 'tokens' | 'outputs';
};

export function runWalk(op: WalkOp, lane: Lane): void {
  const { from, to } = shareOf(lane, rowsNow(lane, op.rows).count);
  for (let t = from; t < to; t++)
    rowFloats(lane.arenas[op.to]!, op.out, t, op.width).set(rowFloats(lane.arenas[op.from]!, op.input, t, op.width));
}
