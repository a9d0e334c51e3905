import type { ExpertsStep } from '../../model/plan.ts';
import { route } from '../../model/route.ts';
import type { Product, QuantizeAt, RowsAt } from '../addresses.ts';
import type { Compiler } from '../compiler.ts';
import { deal, shareOf } from '../deal.ts';
import { axpyKernel } from '../kernels/axpy.ts';
import { type Lane, rowAt, rowFloats } from '../lane.ts';
import { multiply, quantizeRows } from './project.ts';

/**
 * A mixture of experts over a ragged batch. Every choice of a token is a slot; slots lie sorted by expert, so that each
 * expert multiplies all its tokens at once:
 *
 *   route → gather inputs by slot → gate, up → swiglu → down → each token adds its slots up, best expert first
 */
export type ExpertsOp = {
  op: 'experts';
  arena: number;
  input: RowsAt;
  router: RowsAt;
  hidden: RowsAt;
  inputWidth: number;
  expertCount: number;
  perToken: number;
  experts: { gate: Product; up: Product; down: Product }[];
  /** Choices of a row: expert ids (i32), then shares (f32). */
  choices: RowsAt;
  /** Where inputs lie by slot, rounded to 8 bits if `quantizeInput` is there. */
  gathered: RowsAt;
  quantizeInput: QuantizeAt | null;
  gated: RowsAt;
  raised: RowsAt;
  quantizeGated: QuantizeAt | null;
  answers: RowsAt;
  swiglu: string;
  axpy: string;
};

export function compileExperts(step: ExpertsStep, compiler: Compiler): ExpertsOp {
  const { perToken, experts } = step;
  const first = experts[0]!;
  const [input, hidden] = [compiler.rows(step.input), compiler.rows(step.hidden)];
  const integer = compiler.isInteger(first.gate);
  const quantizeInput = integer ? compiler.quantizer(step.input.width, input, 'tokens') : null;
  const gathered = compiler.slots('expert inputs', perToken, quantizeInput?.out.stride ?? input.stride);
  const gated = compiler.slots('expert gates', perToken, first.gate.rows * 4);
  const raised = compiler.slots('expert ups', perToken, first.up.rows * 4);
  const answers = compiler.slots('expert answers', perToken, first.down.rows * 4);
  const quantizeGated = compiler.isInteger(first.down)
    ? compiler.slotQuantizer('expert gates', first.down.columns, gated, perToken)
    : null;
  return {
    op: 'experts',
    arena: compiler.arena,
    input,
    router: compiler.rows(step.router),
    hidden,
    inputWidth: step.input.width,
    expertCount: experts.length,
    perToken,
    experts: experts.map(({ gate, up, down }) => ({
      gate: compiler.product(gate, gathered, gated, false),
      up: compiler.product(up, gathered, raised, false),
      down: compiler.product(down, gated, answers, false),
    })),
    choices: compiler.slots('expert choices', 1, perToken * 8),
    gathered,
    quantizeInput,
    gated,
    raised,
    quantizeGated,
    answers,
    swiglu: compiler.swiglu(first.gate.rows, gated, raised, gated),
    axpy: compiler.kernel('axpy', axpyKernel, { width: step.hidden.width }),
  };
}

export function runExperts(op: ExpertsOp, lane: Lane): void {
  const view = lane.arenas[op.arena]!;
  const rows = lane.batch.ids.length;
  const { perToken, arena } = op;

  const mine = shareOf(lane, rows);
  for (let t = mine.from; t < mine.to; t++) {
    const { experts, shares } = choicesOf(op, lane, t);
    route(rowFloats(view, op.router, t, op.expertCount), perToken, experts, shares);
  }
  if (op.quantizeInput) quantizeRows(op.quantizeInput, arena, op.input, rows, lane);
  lane.barrier();

  const { slotOf, starts } = sortByExpert(op, lane);
  const source = op.quantizeInput?.out ?? op.input;
  const { from, to } = shareOf(lane, rows * perToken);
  for (let choice = from; choice < to; choice++) {
    const at = rowAt(source, Math.floor(choice / perToken));
    view.bytes.copyWithin(rowAt(op.gathered, slotOf[choice]!), at, at + op.gathered.stride);
  }
  lane.barrier();

  const { panels } = op.experts[0]!.gate.matrix;
  eachPiece(op, starts, lane, 2 * panels, (expert, slot, count, begin, end) => {
    const { gate, up } = op.experts[expert]!;
    const input = rowAt(op.gathered, slot);
    multiply(gate, arena, input, slot, count, Math.min(begin, panels), Math.min(end, panels), lane);
    multiply(up, arena, input, slot, count, Math.max(begin - panels, 0), Math.max(end - panels, 0), lane);
  });
  lane.barrier();

  const [gated, raised] = [rowAt(op.gated, from), rowAt(op.raised, from)];
  if (to > from) view.kernels[op.swiglu]!(gated, raised, gated, to - from);
  if (op.quantizeGated) quantizeRows(op.quantizeGated, arena, op.gated, rows * perToken, lane);
  lane.barrier();

  eachPiece(op, starts, lane, op.experts[0]!.down.matrix.panels, (expert, slot, count, begin, end) => {
    const { down } = op.experts[expert]!;
    multiply(down, arena, rowAt(op.quantizeGated?.out ?? op.gated, slot), slot, count, begin, end, lane);
  });
  lane.barrier();

  for (let t = mine.from; t < mine.to; t++) {
    const { shares } = choicesOf(op, lane, t);
    for (let rank = 0; rank < perToken; rank++)
      view.kernels[op.axpy]!(rowAt(op.answers, slotOf[t * perToken + rank]!), rowAt(op.hidden, t), shares[rank]!);
  }
}

/** The experts that a row has chosen, and their shares. */
export function choicesOf(op: ExpertsOp, lane: Lane, row: number): { experts: Int32Array; shares: Float32Array } {
  const at = rowAt(op.choices, row);
  const { buffer } = lane.arenas[op.arena]!;
  return {
    experts: new Int32Array(buffer, at, op.perToken),
    shares: new Float32Array(buffer, at + op.perToken * 4, op.perToken),
  };
}

/** The slot of every choice, and where the slots of each expert start; every worker counts for itself. */
function sortByExpert(op: ExpertsOp, lane: Lane): { slotOf: Int32Array; starts: Int32Array } {
  const rows = lane.batch.ids.length;
  const starts = new Int32Array(op.expertCount + 1);
  for (let t = 0; t < rows; t++) for (const e of choicesOf(op, lane, t).experts) starts[e + 1]!++;
  for (let e = 0; e < op.expertCount; e++) starts[e + 1]! += starts[e]!;
  const next = starts.slice();
  const slotOf = new Int32Array(rows * op.perToken);
  for (let t = 0; t < rows; t++)
    choicesOf(op, lane, t).experts.forEach((e, rank) => {
      slotOf[t * op.perToken + rank] = next[e]!++;
    });
  return { slotOf, starts };
}

/** Parts [begin, end) of the `each` panels of every expert that has work, to whoever is free. */
function eachPiece(
  op: ExpertsOp,
  starts: Int32Array,
  lane: Lane,
  each: number,
  run: (expert: number, slot: number, count: number, begin: number, end: number) => void,
): void {
  const active = Array.from({ length: op.expertCount }, (_, e) => e).filter((e) => starts[e + 1]! > starts[e]!);
  deal(lane, active.length * each, (from, to) => {
    for (let at = from; at < to; ) {
      const place = Math.floor(at / each);
      const expert = active[place]!;
      const first = place * each;
      const end = Math.min(to, first + each);
      run(expert, starts[expert]!, starts[expert + 1]! - starts[expert]!, at - first, end - first);
      at = end;
    }
  });
}
