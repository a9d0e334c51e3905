import type { Lane } from './lane.ts';
import type { Op } from './ops.ts';
import { runAttend } from './steps/attend.ts';
import { runConvolve } from './steps/convolve.ts';
import { runDeltaRule } from './steps/delta-rule.ts';
import { runExperts } from './steps/experts.ts';
import { runProject } from './steps/project.ts';
import { runRope } from './steps/rope.ts';
import { runAddGated, runEmbed, runGather, runNorm, runSwiglu, runWalk } from './steps/rows.ts';

/** Walks the ops with the other workers, meeting them after each. */
export function replay(ops: Op[], lane: Lane): void {
  for (const op of ops) {
    runOp(op, lane);
    lane.barrier();
  }
}

const runners: { [K in Op['op']]: (op: Extract<Op, { op: K }>, lane: Lane) => void } = {
  embed: runEmbed,
  norm: runNorm,
  project: runProject,
  convolve: runConvolve,
  'delta-rule': runDeltaRule,
  rope: runRope,
  attend: runAttend,
  swiglu: runSwiglu,
  experts: runExperts,
  'add-gated': runAddGated,
  gather: runGather,
  walk: runWalk,
};

function runOp<K extends Op['op']>(op: Extract<Op, { op: K }>, lane: Lane): void {
  runners[op.op as K](op, lane);
}
