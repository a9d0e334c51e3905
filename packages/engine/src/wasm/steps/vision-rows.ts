import { addPosition, patchAt } from '../../model/patch-grid.ts';
import type {
  AddPositionsStep,
  GeluStep,
  LayerNormStep,
  MergeStep,
  VisionBuffer,
  VisionProjectStep,
} from '../../model/vision-plan.ts';
import { geluErf } from '../../reference/kernels/gelu.ts';
import type { Product, QuantizeAt, RowsAt } from '../addresses.ts';
import type { Compiler } from '../compiler.ts';
import { deal, shareOf } from '../deal.ts';
import { addBiasKernel } from '../kernels/add-bias.ts';
import { geluKernel } from '../kernels/gelu.ts';
import { layerNormKernel } from '../kernels/layer-norm.ts';
import { type Lane, rowAt, rowFloats, rowsNow } from '../lane.ts';
import { PANEL_ROWS, panelCount } from '../panels/panel-format.ts';
import { multiply, quantizeRows } from './project.ts';

/** The steps of the vision tower that treat every row by itself. */

/** out = W · input + bias: panels go to whoever is free. */
export type VisionProjectOp = {
  op: 'vision-project';
  arena: number;
  input: RowsAt;
  rows: VisionBuffer['rows'];
  quantize: QuantizeAt | null;
  product: Product;
  outRows: VisionBuffer['rows'];
  addBias: string;
  bias: number;
};

export function compileVisionProject(step: VisionProjectStep, compiler: Compiler): VisionProjectOp {
  const [input, out] = [compiler.rows(step.input), compiler.rows(step.out)];
  const product = compiler.product(step.weight, input, out, step.add);
  // The last panel may be wider than the matrix.
  const bias = new Float32Array(panelCount(step.bias.length) * PANEL_ROWS);
  bias.set(step.bias);
  return {
    op: 'vision-project',
    arena: compiler.arena,
    input,
    rows: step.input.rows,
    quantize: product.integer ? compiler.quantizer(step.input.width, input, step.input.rows) : null,
    product,
    outRows: step.out.rows,
    addBias: compiler.kernel('add-bias', addBiasKernel, { outStride: out.stride }),
    bias: compiler.vector(bias),
  };
}

export function runVisionProject(op: VisionProjectOp, lane: Lane): void {
  const { arena, product, quantize } = op;
  const { first, count } = rowsNow(lane, op.rows);
  const out = rowsNow(lane, op.outRows).first;
  if (quantize) {
    quantizeRows(quantize, arena, op.input, count, lane);
    lane.barrier();
  }
  const input = quantize ? rowAt(quantize.out, 0) : rowAt(op.input, first);
  const addBias = lane.arenas[arena]!.kernels[op.addBias]!;
  deal(lane, product.matrix.panels, (from, to) => {
    multiply(product, arena, input, out, count, from, to, lane);
    addBias(rowAt(product.out, out) + from * 64, op.bias + from * 64, count, to - from);
  });
}

export type LayerNormOp = {
  op: 'layer-norm';
  arena: number;
  kernel: string;
  input: RowsAt;
  rows: VisionBuffer['rows'];
  weight: number;
  bias: number;
  out: RowsAt;
  outRows: VisionBuffer['rows'];
};

export function compileLayerNorm({ input: from, norm, eps, out: to }: LayerNormStep, compiler: Compiler): LayerNormOp {
  const [input, out] = [compiler.rows(from), compiler.rows(to)];
  const shape = { width: from.width, inputStride: input.stride, outStride: out.stride, eps };
  return {
    op: 'layer-norm',
    arena: compiler.arena,
    kernel: compiler.kernel('layer-norm', layerNormKernel, shape),
    input,
    rows: from.rows,
    weight: compiler.vector(norm.weight),
    bias: compiler.vector(norm.bias),
    out,
    outRows: to.rows,
  };
}

export function runLayerNorm(op: LayerNormOp, lane: Lane): void {
  const { first, count } = rowsNow(lane, op.rows);
  const { from, to } = shareOf(lane, count);
  const out = rowAt(op.out, rowsNow(lane, op.outRows).first + from);
  if (to > from)
    lane.arenas[op.arena]!.kernels[op.kernel]!(rowAt(op.input, first + from), op.weight, op.bias, out, to - from);
}

export type AddPositionsOp = {
  op: 'add-positions';
  arena: number;
  table: number;
  tableSize: number;
  side: number;
  width: number;
  hidden: RowsAt;
};

export function compileAddPositions({ table, side, hidden }: AddPositionsStep, compiler: Compiler): AddPositionsOp {
  const { arena } = compiler;
  const at = compiler.vector(table);
  const rows = compiler.rows(hidden);
  return { op: 'add-positions', arena, table: at, tableSize: table.length, side, width: hidden.width, hidden: rows };
}

export function runAddPositions(op: AddPositionsOp, lane: Lane): void {
  const view = lane.arenas[op.arena]!;
  const table = view.floats.subarray(op.table / 4, op.table / 4 + op.tableSize);
  const { chunk } = lane;
  const { from, to } = shareOf(lane, chunk.count);
  for (let patch = chunk.first + from; patch < chunk.first + to; patch++)
    addPosition(table, op.side, chunk, patchAt(patch, chunk), rowFloats(view, op.hidden, patch, op.width));
}

/** `kernel` is null where the exact form is wanted, which few rows need. */
export type GeluOp = {
  op: 'gelu';
  arena: number;
  kernel: string | null;
  rows: VisionBuffer['rows'];
  width: number;
  values: RowsAt;
};

export function compileGelu({ form, values }: GeluStep, compiler: Compiler): GeluOp {
  const at = compiler.rows(values);
  const { width, rows } = values;
  const kernel = form === 'tanh' ? compiler.kernel('gelu', geluKernel, { width, stride: at.stride }) : null;
  return { op: 'gelu', arena: compiler.arena, kernel, rows, width, values: at };
}

export function runGelu(op: GeluOp, lane: Lane): void {
  const view = lane.arenas[op.arena]!;
  const { from, to } = shareOf(lane, rowsNow(lane, op.rows).count);
  if (op.kernel !== null) {
    if (to > from) view.kernels[op.kernel]!(rowAt(op.values, from), to - from);
    return;
  }
  for (let row = from; row < to; row++) {
    const values = rowFloats(view, op.values, row, op.width);
    for (let i = 0; i < op.width; i++) values[i] = geluErf(values[i]!);
  }
}

export type MergeOp = { op: 'merge'; arena: number; width: number; input: RowsAt; out: RowsAt };

export function compileMerge({ input, out }: MergeStep, compiler: Compiler): MergeOp {
  const { arena } = compiler;
  return { op: 'merge', arena, width: input.width, input: compiler.rows(input), out: compiler.rows(out) };
}

export function runMerge(op: MergeOp, lane: Lane): void {
  const view = lane.arenas[op.arena]!;
  const { from, to } = shareOf(lane, lane.chunk.count);
  for (let i = from; i < to; i++)
    rowFloats(view, op.out, Math.floor(i / 4), 4 * op.width).set(
      rowFloats(view, op.input, i, op.width),
      (i % 4) * op.width,
    );
}
