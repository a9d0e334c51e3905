import { alongTrail } from '../../model/batch.ts';
import type { RecallStep, RememberStep } from '../../model/plan.ts';
import type { RowsAt } from '../addresses.ts';
import type { Compiler } from '../compiler.ts';
import { shareOf } from '../deal.ts';
import { type Lane, rowAt, rowFloats } from '../lane.ts';

/** The one row that a sequence's state keeps for the draft head; it may lie in another arena than the activations. */
type Remembered = { arena: number; rows: RowsAt };

export type RecallOp = {
  op: 'recall';
  arena: number;
  width: number;
  input: RowsAt | null;
  out: RowsAt;
  state: Remembered;
};

export function compileRecall(step: RecallStep, compiler: Compiler): RecallOp {
  const { width } = step.out;
  const input = step.input && compiler.rows(step.input);
  const state = compiler.remembered(width);
  return { op: 'recall', arena: compiler.arena, width, input, out: compiler.rows(step.out), state };
}

export function runRecall(op: RecallOp, lane: Lane): void {
  const view = lane.arenas[op.arena]!;
  const states = lane.arenas[op.state.arena]!;
  const { from, to } = shareOf(lane, lane.batch.ids.length);
  for (const { slot, row, count } of lane.batch.sequences)
    for (let t = Math.max(from, row); t < Math.min(to, row + count); t++) {
      const before =
        t === row ? rowFloats(states, op.state.rows, slot, op.width) : rowFloats(view, op.input!, t - 1, op.width);
      rowFloats(view, op.out, t, op.width).set(before);
    }
}

export type RememberOp = { op: 'remember'; arena: number; width: number; input: RowsAt; state: Remembered };

export function compileRemember(step: RememberStep, compiler: Compiler): RememberOp {
  const { width } = step.input;
  const state = compiler.remembered(width);
  return { op: 'remember', arena: compiler.arena, width, input: compiler.rows(step.input), state };
}

export function runRemember(op: RememberOp, lane: Lane): void {
  const view = lane.arenas[op.arena]!;
  const states = lane.arenas[op.state.arena]!;
  const { from, to } = shareOf(lane, lane.batch.sequences.length);
  for (const sequence of lane.batch.sequences.slice(from, to))
    alongTrail(
      sequence,
      () => undefined,
      (slot, row, count) => {
        const last = rowAt(op.input, row + count - 1);
        states.bytes.set(view.bytes.subarray(last, last + op.width * 4), rowAt(op.state.rows, slot));
      },
    );
}
