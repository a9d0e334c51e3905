import type { Lane } from './lane.ts';
import type { Op } from './program.ts';
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

function runOp(op: Op, lane: Lane): void {
  switch (op.op) {
    case 'embed':
      return runEmbed(op, lane);
    case 'norm':
      return runNorm(op, lane);
    case 'project':
      return runProject(op, lane);
    case 'convolve':
      return runConvolve(op, lane);
    case 'delta-rule':
      return runDeltaRule(op, lane);
    case 'rope':
      return runRope(op, lane);
    case 'attend':
      return runAttend(op, lane);
    case 'swiglu':
      return runSwiglu(op, lane);
    case 'experts':
      return runExperts(op, lane);
    case 'add-gated':
      return runAddGated(op, lane);
    case 'gather':
      return runGather(op, lane);
    case 'walk':
      return runWalk(op, lane);
  }
}
