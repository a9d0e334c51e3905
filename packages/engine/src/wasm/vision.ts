import type { MediaSlice } from '../media/media.ts';
import type { VisionRunner } from '../model/backend.ts';
import { type Grid, PatchRotary, patchAt, patchPixels, pixelTables } from '../model/patch-grid.ts';
import type { VisionConfig } from '../model/vision-config.ts';
import { writePhase } from './batch-block.ts';
import type { CompiledVision } from './compile-vision.ts';
import type { Crew } from './crew.ts';
import { rowFloats } from './lane.ts';
import { CHUNK_PATCHES, type PatchChunk } from './patch-chunk.ts';
import { replayOps } from './replay.ts';

/** The vision tower in its arena. */
export class WasmVision implements VisionRunner {
  readonly maxPatches: number;
  readonly #config: VisionConfig;
  readonly #tower: CompiledVision;
  readonly #crew: Crew;
  readonly #tables: Float32Array[];
  /** Number of the slice that was begun last. */
  #begun = 0;

  constructor(config: VisionConfig, tower: CompiledVision, crew: Crew) {
    const { maxPatches, mean, std } = tower.options;
    this.maxPatches = maxPatches;
    this.#config = config;
    this.#tower = tower;
    this.#crew = crew;
    this.#tables = pixelTables(mean, std);
  }

  *see(grid: Grid, { frames }: MediaSlice): Iterator<void, Float32Array, void> {
    const { phases, embeddings } = this.#tower;
    const { outHiddenSize } = this.#config;
    const { lane } = this.#crew;
    const patches = grid.rows * grid.columns;
    const result = new Float32Array((patches / 4) * outHiddenSize);
    const number = ++this.#begun;
    this.#turn(grid);
    for (const [phase, ops] of phases.entries())
      for (let first = 0; first < patches; first += CHUNK_PATCHES) {
        if (this.#begun !== number) throw new TypeError('another slice was begun meanwhile');
        const chunk = { first, count: Math.min(CHUNK_PATCHES, patches - first), ...grid };
        if (phase === 0) this.#placePixels(chunk, frames);
        lane.chunk = chunk;
        this.#crew.work(
          (words) => writePhase(phase, chunk, words),
          () => replayOps(ops, lane),
        );
        if (phase === phases.length - 1)
          for (let cell = 0; cell < chunk.count / 4; cell++)
            result.set(this.#row(embeddings, cell, outHiddenSize), (first / 4 + cell) * outHiddenSize);
        yield;
      }
    return result;
  }

  /** Writes the rotary tables of a whole slice. */
  #turn(grid: Grid): void {
    const { cos, sin } = this.#tower;
    const headDim = this.#config.hiddenSize / this.#config.numHeads;
    const rotary = new PatchRotary(headDim, Math.max(grid.rows, grid.columns));
    for (let patch = 0; patch < grid.rows * grid.columns; patch++)
      rotary.fill(patchAt(patch, grid), this.#row(cos, patch, headDim / 2), this.#row(sin, patch, headDim / 2));
  }

  #placePixels(chunk: PatchChunk, frames: MediaSlice['frames']): void {
    const { patchSize } = this.#config;
    for (const [frame, rows] of this.#tower.pixels.entries())
      for (let i = 0; i < chunk.count; i++) {
        const out = this.#row(rows, i, 3 * patchSize ** 2);
        patchPixels(frames[frame]!, chunk, patchAt(chunk.first + i, chunk), patchSize, this.#tables, out);
      }
  }

  #row(rows: CompiledVision['cos'], row: number, width: number): Float32Array {
    return rowFloats(this.#crew.lane.arenas[this.#tower.arena]!, rows, row, width);
  }
}
