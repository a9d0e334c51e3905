import { LanternError } from '../errors.ts';
import type { ModelConfig } from '../model/config.ts';
import type { Buffer, Plan, Step } from '../model/plan.ts';
import { matricesOfStep, roundsActivations } from '../model/plan-matrices.ts';
import { shareRooms } from '../model/plan-rooms.ts';
import { cutIntoSegments, inputsOf, type Segment } from '../model/plan-segments.ts';
import { stepLabel } from '../model/step-label.ts';
import type { VisionPlan } from '../model/vision-plan.ts';
import type { RowsAt } from './addresses.ts';
import { MAX_ARENA_BYTES } from './arena-planner.ts';
import { batchWords } from './batch-block.ts';
import { type CompiledVision, compileVision } from './compile-vision.ts';
import { Compiler, type CompilerOptions } from './compiler.ts';
import { AHEAD_BYTES } from './kernels/barrier.ts';
import { CLAIM_BYTES } from './make-lane.ts';
import { labelled, type Op, type Programs, type UnlabelledOp } from './ops.ts';
import { attendScratch, compileAttend } from './steps/attend.ts';
import { compileConvolve } from './steps/convolve.ts';
import { compileDeltaRule } from './steps/delta-rule.ts';
import { compileExperts } from './steps/experts.ts';
import { compileProject } from './steps/project.ts';
import { compileRecall, compileRemember } from './steps/remember.ts';
import { compileRope } from './steps/rope.ts';
import { compileAddGated, compileEmbed, compileGather, compileNorm, compileSwiglu } from './steps/rows.ts';
import { tieOps } from './tie-ops.ts';

/** Bytes at the front of arena 0 for the barrier and the signals between threads. */
export const CONTROL_BYTES = 4096;

const EMPTY = { layers: [], fill: [], head: [] };

export type CompiledPlan = {
  compiler: Compiler;
  programs: Programs;
  vision: CompiledVision | null;
  batchAt: number;
  batchWords: number;
  claims: RowsAt;
  ahead: RowsAt;
};

/**
 * Lays a plan out in memory. Arenas are filled in the order of the steps; where the next segment does not fit any
 * more, the model goes on in a new arena and the one living buffer is carried over. A matrix that two places share
 * (a tied embedding) is held once: the model walks back to it. The vision tower, where there is one, has an arena of its
 * own.
 */
export function compilePlan(
  plan: Plan,
  tower: VisionPlan | null,
  config: ModelConfig,
  options: CompilerOptions,
  arenaLimit: number = MAX_ARENA_BYTES,
): CompiledPlan {
  // Where activations lose more than that anyway, keys and values are kept as halves.
  const cacheFormat = !options.exact && roundsActivations(plan) ? 'f16' : 'f32';
  const compiler = new Compiler(config, options, cacheFormat);
  const rowsOf = { tokens: options.maxBatchTokens, outputs: options.maxOutputs };
  compiler.share(shareRooms(plan, ({ width, rows }) => width * rowsOf[rows]));
  const words = batchWords(options, compiler.pageCount);
  compiler.openArena(CONTROL_BYTES);
  const batchAt = compiler.arenas[0]!.take(words * 4);
  const claims = compiler.perWorker('claims', CLAIM_BYTES);
  const ahead = compiler.perWorker('what is ahead', AHEAD_BYTES);
  // An upper bound of what activations and scratch take in every arena.
  const scratch = scratchBytes(plan, options) + attendScratch(config, options).bytes;

  const enter = (segment: Segment) => {
    const home = segment.steps
      .flatMap(matricesOfStep)
      .map((matrix) => compiler.arenaOf(matrix))
      .find((arena) => arena >= 0);
    if (home !== undefined) {
      compiler.arena = home;
      return;
    }
    const needed = segmentBytes(segment, compiler);
    const last = compiler.arenas.length - 1;
    compiler.arena = last;
    if (
      compiler.arenas[last]!.bytes + needed + scratch > arenaLimit &&
      compiler.arenas[last]!.bytes > CONTROL_BYTES + words * 4 + 64
    )
      compiler.openArena(0);
  };
  /** Places steps whose input is in arena `at`. Returns their ops, and the arena in which `wanted` is in the end. */
  const place = (steps: Step[], at: number, wanted: Buffer[] = []): { ops: Op[]; end: number } => {
    const ops: Op[] = [];
    let end = at;
    for (const segment of cutIntoSegments(steps, wanted)) {
      enter(segment);
      if (segment.input && compiler.arena !== end) walk(segment, end, ops, compiler);
      for (const step of segment.steps) ops.push(labelled(compileStep(step, compiler), stepLabel(step)));
      end = compiler.arena;
    }
    tieOps(ops);
    return { ops, end };
  };
  const program = ({ layers, fill = [], head }: { layers: Step[]; fill?: Step[] | undefined; head: Step[] }) => {
    const placed = place(layers, 0, [...inputsOf(fill), ...inputsOf(head)]);
    return { layers: placed.ops, fill: place(fill, placed.end).ops, head: place(head, placed.end).ops };
  };
  // The draft head first: its first product is one segment with the embedding, and finds room beside it only at the
  // front. What `fill` needs then has its place.
  const draft = plan.draft ? program({ layers: plan.draft.layers, head: plan.draft.head }) : EMPTY;
  const forward = program({ layers: plan.layers, fill: plan.draft?.fill, head: plan.head });
  const vision = tower && compileVision(tower, compiler);
  const programs = { draft, forward, see: vision?.phases ?? [] };

  compiler.placeStagings();

  compiler.arenas.forEach((arena) => {
    if (arena.bytes > MAX_ARENA_BYTES)
      throw new LanternError(
        'out-of-memory',
        `one layer with its caches and scratch needs ${gib(arena.bytes)} GiB; ${gib(MAX_ARENA_BYTES)} GiB is the most that one memory holds`,
        'use a smaller context, fewer sequences, or a checkpoint with smaller weights',
      );
  });
  return { compiler, programs, vision, batchAt, batchWords: words, claims, ahead };
}

function walk({ input }: Segment, from: number, ops: Op[], compiler: Compiler): void {
  const to = compiler.arena;
  compiler.arena = from;
  const source = compiler.rows(input!);
  compiler.arena = to;
  const op: UnlabelledOp = {
    op: 'walk',
    from,
    to,
    width: input!.width,
    input: source,
    out: compiler.rows(input!),
    rows: input!.rows,
  };
  ops.push(labelled(op, 'walk'));
}

function compileStep(step: Step, compiler: Compiler): UnlabelledOp {
  switch (step.op) {
    case 'embed':
      return compileEmbed(step, compiler);
    case 'norm':
      return compileNorm(step, compiler);
    case 'project':
      return compileProject(step, compiler);
    case 'convolve':
      return compileConvolve(step, compiler);
    case 'delta-rule':
      return compileDeltaRule(step, compiler);
    case 'rope':
      return compileRope(step, compiler);
    case 'attend':
      return compileAttend(step, compiler);
    case 'swiglu':
      return compileSwiglu(step, compiler);
    case 'experts':
      return compileExperts(step, compiler);
    case 'add-gated':
      return compileAddGated(step, compiler);
    case 'gather':
      return compileGather(step, compiler);
    case 'recall':
      return compileRecall(step, compiler);
    case 'remember':
      return compileRemember(step, compiler);
  }
}

/** Bytes of weights and states that a segment brings along. */
function segmentBytes({ steps }: Segment, compiler: Compiler): number {
  let bytes = 0;
  for (const step of steps) {
    for (const matrix of matricesOfStep(step)) bytes += compiler.packedBytes(matrix) + 64;
    if (step.op === 'convolve')
      bytes += compiler.options.maxSequences * compiler.recurrentBytes + step.weight.byteLength;
    if (step.op === 'attend') bytes += compiler.cacheBytes;
    if (step.op === 'recall') bytes += compiler.options.maxSequences * (step.out.width * 4 + 64);
  }
  return bytes;
}

function scratchBytes(plan: Plan, { maxBatchTokens, maxOutputs }: CompilerOptions): number {
  const rows = { tokens: maxBatchTokens, outputs: maxOutputs };
  let bytes = 0;
  // Each activation, and its form rounded to 8 bits: codes as i8 and perhaps i16, scales and sums, under 4 bytes a number.
  for (const buffer of plan.buffers) bytes += rows[buffer.rows] * (buffer.width * 8 + 256);
  for (const step of plan.layers)
    if (step.op === 'experts') {
      const { gate, down } = step.experts[0]!;
      return bytes + maxBatchTokens * step.perToken * (8 * gate.columns + 12 * gate.rows + 4 * down.rows + 512);
    }
  return bytes;
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
