import type { Op, UnlabelledOp } from './ops.ts';

/** Sets what the ops of a list know of those that follow: whether workers meet in between, and what is read next. */
export function tieOps(ops: Op[]): void {
  let ahead: Op['ahead'] = null;
  for (let i = ops.length - 1; i >= 0; i--) {
    const op = ops[i]!;
    const next = ops[i + 1];
    op.ahead = ahead;
    op.meets = next === undefined || !goesStraightOn(op, next);
    if (op.op === 'project') ahead = op.arena === 0 ? op.products : null;
    if (op.op === 'experts') ahead = null;
  }
}

/**
 * Whether `next` begins with the rows that `op` has written, each worker with its own share of them. `op` must read no rows
 * but its own: what it reads may be dead after it, and `next` may write to the same place.
 */
function goesStraightOn(op: UnlabelledOp, next: UnlabelledOp): boolean {
  const [written, read] = [rowsWritten(op), rowsReadFirst(next)];
  return written !== null && written === read;
}

/** What rows an op writes or begins with, told so that two are equal where they are the same. */
type SharedRows = string | null;

function rowsWritten(op: UnlabelledOp): SharedRows {
  switch (op.op) {
    case 'embed':
    case 'swiglu':
      return `${op.arena} ${op.out.at} tokens`;
    case 'norm':
      return `${op.arena} ${op.out.at} ${op.rows}`;
    default:
      return null;
  }
}

function rowsReadFirst(op: UnlabelledOp): SharedRows {
  if (op.op === 'norm' || (op.op === 'project' && op.quantize)) return `${op.arena} ${op.input.at} ${op.rows}`;
  return null;
}
