import type { ProjectStep } from '../../model/plan.ts';
import { countPanels, type Product, type QuantizeAt, type RowsAt } from '../addresses.ts';
import type { Compiler } from '../compiler.ts';
import { deal, shareOf } from '../deal.ts';
import { type Lane, rowAt, rowsNow } from '../lane.ts';

/** out = W · input for several matrices with one input: rows are quantised once, panels go to whoever is free. */
export type ProjectOp = {
  op: 'project';
  arena: number;
  input: RowsAt;
  /** Rounds the input to 8 bits first, where a product wants it so. */
  quantize: QuantizeAt | null;
  products: Product[];
  rows: 'tokens' | 'outputs';
};

export function compileProject(step: ProjectStep, compiler: Compiler): ProjectOp {
  const input = compiler.rows(step.input);
  const products = step.products.map(({ weight, out }) =>
    compiler.product(weight, input, compiler.rows(out), step.add),
  );
  const quantize = products.some((p) => p.integer)
    ? compiler.quantizer(step.input.width, input, step.input.rows)
    : null;
  return { op: 'project', arena: compiler.arena, input, quantize, products, rows: step.input.rows };
}

export function runProject(op: ProjectOp, lane: Lane): void {
  const rows = rowsNow(lane, op.rows).count;
  if (op.quantize) {
    quantizeRows(op.quantize, op.arena, op.input, rows, lane);
    const after = lane.ahead;
    if (op.arena === 0) lane.ahead = op.products;
    lane.barrier();
    lane.ahead = after;
  }
  deal(lane, countPanels(op.products), (from, to) => {
    let first = 0;
    for (const product of op.products) {
      const next = first + product.matrix.panels;
      const input = product.integer ? op.quantize!.out : op.input;
      const [begin, end] = [Math.max(from, first) - first, Math.min(to, next) - first];
      multiply(product, op.arena, rowAt(input, 0), 0, rows, begin, end, lane);
      first = next;
    }
  });
}

/** Rounds this lane's share of `rows` rows. */
export function quantizeRows(quantize: QuantizeAt, arena: number, input: RowsAt, rows: number, lane: Lane): void {
  const { from, to } = shareOf(lane, rows);
  if (to > from)
    lane.arenas[arena]!.kernels[quantize.kernel]!(rowAt(input, from), rowAt(quantize.out, from), to - from);
}

/** Panels [from, to) of one product over `rows` rows, from output row `firstRow` on. */
export function multiply(
  { kernel, matrix, out, scratch }: Product,
  arena: number,
  input: number,
  firstRow: number,
  rows: number,
  from: number,
  to: number,
  lane: Lane,
): void {
  if (to <= from || rows === 0) return;
  const panelAt = matrix.at + from * matrix.panelBytes;
  const scratchAt = scratch ? rowAt(scratch, lane.worker) : 0;
  lane.arenas[arena]!.kernels[kernel]!(input, panelAt, rowAt(out, firstRow) + from * 64, rows, to - from, scratchAt);
}
