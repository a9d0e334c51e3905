import type { Runner, VisionRunner } from '../model/backend.ts';
import type { Batch } from '../model/batch.ts';
import type { ModelConfig } from '../model/config.ts';
import { RotaryTable } from '../model/rotary.ts';
import type { StepCost } from '../model/step-cost.ts';
import type { RowsAt } from './addresses.ts';
import { type BatchProgram, writeBatch } from './batch-block.ts';
import type { CompiledPlan } from './compile-plan.ts';
import { Crew } from './crew.ts';
import { rowAt, rowFloats } from './lane.ts';
import type { LaneSetup } from './make-lane.ts';
import type { Program, Programs } from './ops.ts';
import { Profiler } from './profiler.ts';
import { replayProgram } from './replay.ts';
import type { WorkerHandle } from './spawn-worker.ts';
import { WasmVision } from './vision.ts';

/** A model in its arenas. The thread that calls `forward` works along with the others as worker 0. */
export class WasmRunner implements Runner {
  readonly name = 'wasm';
  readonly vision: VisionRunner | null;
  readonly slotBytes: number;
  readonly slotCount: number;
  readonly pageBytes: number;
  readonly pageCount: number;
  readonly memoryBytes: number;
  readonly #plan: CompiledPlan;
  readonly #crew: Crew;
  readonly #programs: Programs;
  readonly #rotary: RotaryTable;
  readonly #vocabSize: number;
  readonly #answer: Float32Array;
  readonly #slotParts: { arena: number; rows: RowsAt; bytes: number }[];

  constructor(config: ModelConfig, plan: CompiledPlan, setup: LaneSetup, workers: WorkerHandle[], vocabSize: number) {
    const { compiler } = plan;
    this.#plan = plan;
    this.#crew = new Crew(setup, workers);
    this.#programs = setup.programs;
    this.vision = plan.vision && new WasmVision(config.vision!, plan.vision, this.#crew);
    this.#rotary = new RotaryTable(config.rope);
    this.#vocabSize = vocabSize;
    this.#answer = new Float32Array(compiler.options.maxOutputs * vocabSize);
    this.#slotParts = [...compiler.recurrents, ...compiler.remembers];
    this.slotBytes = this.#slotParts.reduce((sum, part) => sum + part.bytes, 0);
    this.slotCount = compiler.options.maxSequences;
    this.pageBytes = compiler.caches.reduce((sum, layer) => sum + layer.at.pageBytes, 0);
    this.pageCount = compiler.pageCount;
    this.memoryBytes = compiler.arenas.reduce((sum, arena) => sum + arena.pages * 65536, 0);
  }

  profile(): { stop(): StepCost[] } {
    const profiler = new Profiler();
    const { lane } = this.#crew;
    lane.profiler = profiler;
    return {
      stop: () => {
        lane.profiler = null;
        return profiler.costs;
      },
    };
  }

  get drafts(): boolean {
    return this.#programs.draft.layers.length > 0;
  }

  forward(batch: Batch): Float32Array {
    return this.#run('forward', batch);
  }

  draft(batch: Batch): Float32Array {
    return this.#run('draft', batch);
  }

  #run(name: BatchProgram, batch: Batch): Float32Array {
    const { lane } = this.#crew;
    const tokens = batch.ids.length;
    for (const { arena, positions, cos, sin } of this.#plan.compiler.rotaries) {
      const rows = ({ at, stride }: RowsAt) => new Float32Array(lane.arenas[arena]!.buffer, at, (tokens * stride) / 4);
      const turns = positions === 'own' ? batch.positions : batch.positionsBefore;
      this.#rotary.fill(turns, tokens, rows(cos), rows(sin), cos.stride / 4);
    }
    this.#placeSeen(this.#programs[name], batch);
    lane.batch = batch;
    this.#crew.work(
      (words) => writeBatch(name, batch, words),
      () => replayProgram(this.#programs[name], lane),
    );
    return this.#readLogits(this.#programs[name], batch.outputs.length);
  }

  /** Writes what was seen to where the embeddings of its tokens would go. */
  #placeSeen({ layers, fill }: Program, { seen }: Batch): void {
    if (seen.length === 0) return;
    for (const op of [...layers, ...fill]) {
      if (op.op !== 'embed') continue;
      const width = op.table.columns;
      for (const { row, embeddings } of seen)
        for (let i = 0; i * width < embeddings.length; i++)
          rowFloats(this.#crew.lane.arenas[op.arena]!, op.out, row + i, width).set(
            embeddings.subarray(i * width, (i + 1) * width),
          );
    }
  }

  #readLogits({ head }: Program, count: number): Float32Array {
    const last = head.at(-1)!;
    if (last.op !== 'project') throw new TypeError('the program does not end in a projection to logits');
    const width = this.#vocabSize;
    const rows = last.products[0]!.out;
    const { floats } = this.#crew.lane.arenas[last.arena]!;
    for (let i = 0; i < count; i++) {
      const at = rowAt(rows, i) / 4;
      this.#answer.set(floats.subarray(at, at + width), i * width);
    }
    return this.#answer.subarray(0, count * width);
  }

  clearSlot(slot: number): void {
    for (const part of this.#slot(slot)) part.fill(0);
  }
  copySlot(from: number, to: number): void {
    const target = this.#slot(to);
    this.#slot(from).forEach((part, i) => {
      target[i]!.set(part);
    });
  }
  copyPage(from: number, to: number): void {
    const target = this.#page(to);
    this.#page(from).forEach((part, i) => {
      target[i]!.set(part);
    });
  }
  readSlot(slot: number, into: Uint8Array): void {
    gather(this.#slot(slot), into);
  }
  writeSlot(slot: number, from: Uint8Array): void {
    scatter(from, this.#slot(slot));
  }
  readPage(page: number, into: Uint8Array): void {
    gather(this.#page(page), into);
  }
  writePage(page: number, from: Uint8Array): void {
    scatter(from, this.#page(page));
  }

  /** A slot's bytes, part by part. */
  #slot(slot: number): Uint8Array[] {
    return this.#slotParts.map(({ arena, rows, bytes }) => {
      const at = rowAt(rows, slot);
      return this.#crew.lane.arenas[arena]!.bytes.subarray(at, at + bytes);
    });
  }

  #page(page: number): Uint8Array[] {
    return this.#plan.compiler.caches.map(({ arena, at: { at, pageBytes } }) =>
      this.#crew.lane.arenas[arena]!.bytes.subarray(at + page * pageBytes, at + (page + 1) * pageBytes),
    );
  }

  close(): Promise<void> {
    return this.#crew.close();
  }
}

function gather(parts: Uint8Array[], into: Uint8Array): void {
  let at = 0;
  for (const part of parts) {
    into.set(part, at);
    at += part.length;
  }
}

function scatter(from: Uint8Array, parts: Uint8Array[]): void {
  let at = 0;
  for (const part of parts) {
    part.set(from.subarray(at, at + part.length));
    at += part.length;
  }
}
