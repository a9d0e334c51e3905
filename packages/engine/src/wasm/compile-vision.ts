import { LanternError } from '../errors.ts';
import type { VisionLoadOptions } from '../model/backend.ts';
import { matricesOfTower } from '../model/plan-matrices.ts';
import type { VisionConfig } from '../model/vision-config.ts';
import type { VisionPlan, VisionStep } from '../model/vision-plan.ts';
import type { RowsAt } from './addresses.ts';
import { MAX_ARENA_BYTES } from './arena-planner.ts';
import { type Compiler, packedBytes } from './compiler.ts';
import { labelled, type Op, type VisionOp } from './ops.ts';
import { panelFormat } from './panels/panel-format.ts';
import { CHUNK_PATCHES, KEY_BLOCK } from './patch-chunk.ts';
import { compileAttendPatches } from './steps/attend-patches.ts';
import { compileTurnPatches, paddedDim } from './steps/turn-patches.ts';
import {
  compileAddPositions,
  compileGelu,
  compileLayerNorm,
  compileMerge,
  compileVisionProject,
} from './steps/vision-rows.ts';

/** The tower's phases as ops, all in one arena, and the rows that the runner fills and reads. */
export type CompiledVision = {
  options: VisionLoadOptions;
  arena: number;
  phases: Op[][];
  pixels: readonly [RowsAt, RowsAt];
  cos: RowsAt;
  sin: RowsAt;
  embeddings: RowsAt;
  /** What is touched only as far as slices reach. */
  lazyBytes: number;
};

/** Lays the vision tower out in an arena of its own. `compiler.options.vision` says for what slices. */
export function compileVision(plan: VisionPlan, compiler: Compiler): CompiledVision {
  compiler.openArena(0);
  const phases = plan.phases.map((steps) =>
    steps.map((step): Op => labelled(compileStep(step, compiler), labelOf(step))),
  );
  const turn = phases.flat().find((op) => op.op === 'turn-patches')!;
  return {
    options: compiler.options.vision!,
    arena: compiler.arena,
    phases,
    pixels: [compiler.rows(plan.pixels[0]), compiler.rows(plan.pixels[1])],
    cos: turn.cos,
    sin: turn.sin,
    embeddings: compiler.rows(plan.embeddings),
    lazyBytes: compiler.maxPatches * patchBytes(turn.heads, turn.headDim),
  };
}

/** As many patches as are wanted, or as fit into an arena beside the tower's weights. Throws where that is next to none. */
export function fittingPatches(config: VisionConfig, plan: VisionPlan, wanted: number): number {
  const weights = matricesOfTower(plan).reduce(
    (sum, matrix) => sum + packedBytes(matrix, panelFormat(matrix.encoding)) + 64,
    0,
  );
  const widest = Math.max(4 * config.hiddenSize, config.intermediateSize, config.outHiddenSize);
  // Scratch of a chunk: some eight buffers, rounded to 8 bits too; biases and tables.
  const scratch = CHUNK_PATCHES * widest * 64 + config.positionSide ** 2 * config.hiddenSize * 4 + 2 ** 26;
  const room = MAX_ARENA_BYTES - weights - scratch;
  const fitting = Math.floor(room / patchBytes(config.numHeads, config.hiddenSize / config.numHeads)) - KEY_BLOCK;
  if (fitting < CHUNK_PATCHES)
    throw new LanternError(
      'out-of-memory',
      `the vision tower takes ${(weights / 2 ** 30).toFixed(1)} GiB; ${(MAX_ARENA_BYTES / 2 ** 30).toFixed(1)} GiB is the most that one memory holds`,
      'use a smaller checkpoint, or load it without vision',
    );
  return Math.min(wanted, fitting);
}

/** What a patch takes for as long as its slice is looked at: hidden state, query, key, value, rotary tables. */
function patchBytes(heads: number, headDim: number): number {
  const row = Math.ceil((heads * headDim * 4) / 64) * 64;
  const table = Math.ceil((headDim * 2) / 64) * 64;
  return 2 * row + heads * (headDim + paddedDim(headDim)) * 4 + 2 * table;
}

function labelOf(step: VisionStep): string {
  return step.op === 'vision-project' ? `project ${step.input.name} → ${step.out.name}` : step.op;
}

function compileStep(step: VisionStep, compiler: Compiler): VisionOp {
  switch (step.op) {
    case 'vision-project':
      return compileVisionProject(step, compiler);
    case 'layer-norm':
      return compileLayerNorm(step, compiler);
    case 'add-positions':
      return compileAddPositions(step, compiler);
    case 'gelu':
      return compileGelu(step, compiler);
    case 'merge':
      return compileMerge(step, compiler);
    case 'turn-patches':
      return compileTurnPatches(step, compiler);
    case 'attend-patches':
      return compileAttendPatches(step, compiler);
  }
}
