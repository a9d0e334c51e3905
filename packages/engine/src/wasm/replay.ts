import { lagging } from '../model/batch.ts';
import type { Lane } from './lane.ts';
import type { Op, Program, UnlabelledOp } from './ops.ts';
import type { Profiler } from './profiler.ts';
import { runAttend } from './steps/attend.ts';
import { runAttendPatches } from './steps/attend-patches.ts';
import { runConvolve } from './steps/convolve.ts';
import { runDeltaRule } from './steps/delta-rule.ts';
import { runExperts } from './steps/experts.ts';
import { runProject } from './steps/project.ts';
import { runRecall, runRemember } from './steps/remember.ts';
import { runRope } from './steps/rope.ts';
import { runAddGated, runEmbed, runGather, runNorm, runSwiglu, runWalk } from './steps/rows.ts';
import { runTurnPatches } from './steps/turn-patches.ts';
import { runAddPositions, runGelu, runLayerNorm, runMerge, runVisionProject } from './steps/vision-rows.ts';

/** Runs a program on the lane's batch, together with the other workers. */
export function replayProgram({ layers, fill, head }: Program, lane: Lane): void {
  const { batch } = lane;
  replayOps(layers, lane);
  if (fill.length > 0) {
    lane.batch = lagging(batch);
    replayOps(fill, lane);
    lane.batch = batch;
  }
  if (batch.outputs.length > 0) replayOps(head, lane);
}

/** Walks the ops with the other workers, meeting them where one needs what another has done. */
export function replayOps(ops: Op[], lane: Lane): void {
  if (lane.profiler) replayProfiled(ops, lane, lane.profiler);
  else
    for (const op of ops) {
      lane.ahead = op.ahead;
      runOp(op, lane);
      if (op.meets) lane.barrier();
    }
}

function replayProfiled(ops: Op[], lane: Lane, profiler: Profiler): void {
  for (const op of ops) {
    const began = performance.now();
    const waited = profiler.waited;
    lane.ahead = op.ahead;
    runOp(op, lane);
    if (op.meets) lane.barrier();
    profiler.add(op, lane, (performance.now() - began) / 1000, profiler.waited - waited);
  }
}

const runners: { [K in Op['op']]: (op: Extract<UnlabelledOp, { op: K }>, lane: Lane) => void } = {
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
  recall: runRecall,
  remember: runRemember,
  walk: runWalk,
  'vision-project': runVisionProject,
  'layer-norm': runLayerNorm,
  'add-positions': runAddPositions,
  gelu: runGelu,
  merge: runMerge,
  'turn-patches': runTurnPatches,
  'attend-patches': runAttendPatches,
};

function runOp<K extends Op['op']>(op: Extract<UnlabelledOp, { op: K }>, lane: Lane): void {
  runners[op.op as K](op, lane);
}
