import type { WeightMatrix } from '../checkpoint/weights.ts';
import type { MediaSlice } from '../media/media.ts';
import type { VisionLoadOptions, VisionRunner } from '../model/backend.ts';
import { addPosition, type Grid, PatchRotary, patchAt, patchPixels, pixelTables } from '../model/patch-grid.ts';
import type { VisionConfig } from '../model/vision-config.ts';
import type { VisionBuffer, VisionPlan, VisionStep } from '../model/vision-plan.ts';
import { geluErf, geluTanh } from './kernels/gelu.ts';
import { linear } from './kernels/linear.ts';
import { layerNorm } from './kernels/norm.ts';

/** Patches that a phase takes at a time. */
const CHUNK = 64;

type Chunk = { first: number; count: number };

/** Replays a tower's plan patch by patch. */
export class ReferenceVision implements VisionRunner {
  readonly maxPatches: number;
  readonly #config: VisionConfig;
  readonly #plan: VisionPlan;
  readonly #matrices: ReadonlyMap<WeightMatrix, Float32Array>;
  readonly #tables: Float32Array[];

  constructor(
    config: VisionConfig,
    plan: VisionPlan,
    matrices: ReadonlyMap<WeightMatrix, Float32Array>,
    { maxPatches, mean, std }: VisionLoadOptions,
  ) {
    this.#config = config;
    this.#plan = plan;
    this.#matrices = matrices;
    this.#tables = pixelTables(mean, std);
    this.maxPatches = maxPatches;
  }

  *see(grid: Grid, { frames }: MediaSlice): Iterator<void, Float32Array, void> {
    const { phases, pixels, embeddings } = this.#plan;
    const { patchSize, outHiddenSize } = this.#config;
    const patches = grid.rows * grid.columns;
    const slice = new SliceRun(this.#config, grid, this.#matrices);
    const result = new Float32Array((patches / 4) * outHiddenSize);
    for (const [n, steps] of phases.entries())
      for (let first = 0; first < patches; first += CHUNK) {
        const chunk = { first, count: Math.min(CHUNK, patches - first) };
        if (n === 0)
          for (const [frame, buffer] of pixels.entries())
            for (let i = 0; i < chunk.count; i++)
              patchPixels(
                frames[frame]!,
                grid,
                patchAt(first + i, grid),
                patchSize,
                this.#tables,
                slice.row(buffer, i),
              );
        for (const step of steps) slice.run(step, chunk);
        if (n === phases.length - 1)
          for (let i = 0; i < chunk.count / 4; i++)
            result.set(slice.row(embeddings, i), (first / 4 + i) * outHiddenSize);
        yield;
      }
    return result;
  }
}

/** What is remembered while one slice is looked at. */
class SliceRun {
  readonly #grid: Grid;
  readonly #matrices: ReadonlyMap<WeightMatrix, Float32Array>;
  readonly #buffers = new Map<VisionBuffer, Float32Array>();
  readonly #keys: Float32Array;
  readonly #values: Float32Array;
  readonly #rotary: PatchRotary;
  readonly #headDim: number;

  constructor(config: VisionConfig, grid: Grid, matrices: ReadonlyMap<WeightMatrix, Float32Array>) {
    const size = grid.rows * grid.columns * config.hiddenSize;
    this.#grid = grid;
    this.#matrices = matrices;
    this.#keys = new Float32Array(size);
    this.#values = new Float32Array(size);
    this.#headDim = config.hiddenSize / config.numHeads;
    this.#rotary = new PatchRotary(this.#headDim, Math.max(grid.rows, grid.columns));
  }

  row(buffer: VisionBuffer, index: number): Float32Array {
    const rows = { patches: this.#grid.rows * this.#grid.columns, chunk: CHUNK, cells: CHUNK / 4 };
    if (!this.#buffers.has(buffer)) this.#buffers.set(buffer, new Float32Array(rows[buffer.rows] * buffer.width));
    return this.#buffers.get(buffer)!.subarray(index * buffer.width, (index + 1) * buffer.width);
  }

  run(step: VisionStep, { first, count }: Chunk): void {
    /** A row of the chunk, wherever its buffer begins. */
    const at = (buffer: VisionBuffer, i: number) => this.row(buffer, buffer.rows === 'patches' ? first + i : i);
    const rowsOf = (buffer: VisionBuffer) => (buffer.rows === 'cells' ? count / 4 : count);
    switch (step.op) {
      case 'vision-project':
        for (let i = 0; i < rowsOf(step.input); i++) {
          const out = at(step.out, i);
          linear(this.#matrices.get(step.weight)!, at(step.input, i), out, step.add);
          step.bias.forEach((bias, n) => {
            out[n] = out[n]! + bias;
          });
        }
        break;
      case 'layer-norm':
        for (let i = 0; i < count; i++) layerNorm(at(step.input, i), step.norm, step.eps, at(step.out, i));
        break;
      case 'add-positions':
        for (let i = 0; i < count; i++)
          addPosition(step.table, step.side, this.#grid, patchAt(first + i, this.#grid), at(step.hidden, i));
        break;
      case 'gelu': {
        const gelu = step.form === 'erf' ? geluErf : geluTanh;
        for (let i = 0; i < rowsOf(step.values); i++) {
          const row = at(step.values, i);
          row.set(row.map(gelu));
        }
        break;
      }
      case 'merge':
        for (let i = 0; i < count; i++)
          at(step.out, Math.floor(i / 4)).set(at(step.input, i), (i % 4) * step.input.width);
        break;
      case 'turn-patches':
        for (let i = 0; i < count; i++) this.#turn(step, first + i, at(step.qkv, i));
        break;
      case 'attend-patches':
        for (let i = 0; i < count; i++) this.#attend(step, at(step.q, i), at(step.out, i));
        break;
    }
  }

  #turn({ heads, q }: VisionStep & { op: 'turn-patches' }, patch: number, qkv: Float32Array): void {
    const width = qkv.length / 3;
    const half = this.#headDim / 2;
    const [cos, sin] = [new Float32Array(half), new Float32Array(half)];
    this.#rotary.fill(patchAt(patch, this.#grid), cos, sin);
    const keys = this.#keys.subarray(patch * width, (patch + 1) * width);
    for (let h = 0; h < heads; h++) {
      const head = (from: number) => qkv.subarray(from + h * this.#headDim, from + (h + 1) * this.#headDim);
      turn(head(0), cos, sin, 1 / Math.sqrt(this.#headDim), this.row(q, patch).subarray(h * this.#headDim));
      turn(head(width), cos, sin, 1, keys.subarray(h * this.#headDim));
    }
    this.#values.set(qkv.subarray(2 * width), patch * width);
  }

  #attend({ heads, q: { width } }: VisionStep & { op: 'attend-patches' }, q: Float32Array, out: Float32Array): void {
    const patches = this.#keys.length / width;
    const headDim = this.#headDim;
    const shares = new Float64Array(patches);
    for (let h = 0; h < heads; h++) {
      const from = h * headDim;
      for (let p = 0; p < patches; p++) {
        let score = 0;
        for (let i = 0; i < headDim; i++) score += q[from + i]! * this.#keys[p * width + from + i]!;
        shares[p] = score;
      }
      const most = shares.reduce((a, b) => Math.max(a, b));
      let total = 0;
      for (let p = 0; p < patches; p++) total += shares[p] = Math.exp(shares[p]! - most);
      for (let i = 0; i < headDim; i++) {
        let sum = 0;
        for (let p = 0; p < patches; p++) sum += shares[p]! * this.#values[p * width + from + i]!;
        out[from + i] = sum / total;
      }
    }
  }
}

/** out = scale · x, its pairs (i, i + half) turned by angle i. */
function turn(x: Float32Array, cos: Float32Array, sin: Float32Array, scale: number, out: Float32Array): void {
  const half = cos.length;
  for (let i = 0; i < half; i++) {
    const [a, b] = [x[i]!, x[i + half]!];
    out[i] = scale * (a * cos[i]! - b * sin[i]!);
    out[i + half] = scale * (b * cos[i]! + a * sin[i]!);
  }
}
