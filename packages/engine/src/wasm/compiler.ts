import type { WeightMatrix } from '../checkpoint/weights.ts';
import type { LoadOptions } from '../model/backend.ts';
import { PAGE_TOKENS } from '../model/batch.ts';
import { convChannels, type ModelConfig } from '../model/config.ts';
import type { Buffer, RopeStep } from '../model/plan.ts';
import type { VisionBuffer } from '../model/vision-plan.ts';
import type { CacheAt, MatrixAt, Product, QuantizeAt, RowsAt } from './addresses.ts';
import { ArenaPlanner } from './arena-planner.ts';
import { type Func, moduleBytes } from './assembler/index.ts';
import { type CacheFormat, type CacheLayout, cacheLayout } from './cache-format.ts';
import { MODULE_FUNCTIONS } from './compile.ts';
import { gemmF32Kernel } from './kernels/gemm-f32.ts';
import { gemmI8Kernel, gemmScratch } from './kernels/gemm-i8.ts';
import { quantizedRow, quantizeKernel } from './kernels/quantize.ts';
import { swigluKernel } from './kernels/swiglu.ts';
import type { RowKind } from './lane.ts';
import { packingBytes } from './panel-packer.ts';
import { type PanelFormat, panelBytes, panelCount, panelFormat } from './panels/panel-format.ts';
import { CHUNK_PATCHES } from './patch-chunk.ts';

export type CompilerOptions = LoadOptions & {
  workers: number;
  /** Never round activations to 8 bits. */
  exact: boolean;
  /** Whether kernels may take 0..255 on one side of a dot product of bytes. */
  unsignedDots: boolean;
};

/** A matrix, and how and where its panels lie. */
export type Placement = { matrix: WeightMatrix; format: PanelFormat; arena: number; at: number };

/**
 * Hands out addresses and kernels while steps are compiled, for one arena at a time. Everything asked for twice in an
 * arena is the same: buffers, matrices, scratch, kernels.
 */
export class Compiler {
  readonly config: ModelConfig;
  readonly options: CompilerOptions;
  readonly cacheFormat: CacheFormat;
  readonly arenas: ArenaPlanner[] = [];
  readonly placements: Placement[] = [];
  readonly vectors: { arena: number; at: number; values: Float32Array }[] = [];
  readonly recurrents: { arena: number; rows: RowsAt; bytes: number }[] = [];
  readonly caches: { arena: number; at: CacheAt }[] = [];
  /** What states keep for the draft head, a row a slot; empty where there is none. */
  readonly remembers: { arena: number; rows: RowsAt; bytes: number }[] = [];
  readonly rotaries: { arena: number; positions: RopeStep['positions']; cos: RowsAt; sin: RowsAt }[] = [];
  /** Of each arena, room for the rows that a worker packs at a time. */
  readonly stagings: RowsAt[] = [];
  /** The arena that steps are compiled for. */
  arena = -1;
  readonly #rooms = new Map<Buffer | VisionBuffer, readonly (Buffer | VisionBuffer)[]>();
  readonly #rowsTaken = new Map<string, RowsAt>();
  readonly #matricesTaken = new Map<WeightMatrix, MatrixAt[]>();
  readonly #vectorsTaken = new Map<Float32Array, number[]>();
  readonly #kernels = new Map<string, () => Func>();

  constructor(config: ModelConfig, options: CompilerOptions, cacheFormat: CacheFormat) {
    this.config = config;
    this.options = options;
    this.cacheFormat = cacheFormat;
  }

  /** Opens the next arena; its first `reserved` bytes are left alone. */
  openArena(reserved: number): void {
    this.arena = this.arenas.push(new ArenaPlanner(reserved)) - 1;
  }

  get #planner(): ArenaPlanner {
    return this.arenas[this.arena]!;
  }

  /** Lets the buffers of each room lie in one place, in every arena. To be said before any of them gets its place. */
  share(rooms: readonly Buffer[][]): void {
    for (const room of rooms) for (const buffer of room) this.#rooms.set(buffer, room);
  }

  /** The rows of an activation buffer. */
  rows(buffer: Buffer | VisionBuffer): RowsAt {
    const room = this.#rooms.get(buffer) ?? [buffer];
    const bytes = room.map(({ width, rows }) => lines(width * 4) * this.#rowLimit(rows));
    const { at } = this.#take(`buffer ${room[0]!.name}`, Math.max(...bytes), 1);
    return { at, stride: lines(buffer.width * 4) };
  }

  /** Scratch with a row for each of `perToken` choices of every token. */
  slots(name: string, perToken: number, bytes: number): RowsAt {
    return this.#take(name, bytes, this.options.maxBatchTokens * perToken);
  }

  /** Scratch of some rows. */
  scratch(name: string, bytes: number, rows: number): RowsAt {
    return this.#take(name, bytes, rows);
  }

  /** Scratch with a row for each worker. */
  perWorker(name: string, bytes: number): RowsAt {
    return this.#take(`${name} of a worker`, bytes, this.options.workers);
  }

  /** Makes room for packing in every arena, when all matrices are placed. */
  placeStagings(): void {
    for (this.arena = 0; this.arena < this.arenas.length; this.arena++) {
      const here = this.placements.filter(({ arena }) => arena === this.arena);
      const bytes = here.reduce((most, { matrix, format }) => Math.max(most, packingBytes(matrix, format)), 0);
      this.stagings.push(this.perWorker('rows to pack', bytes));
    }
  }

  rotary(positions: RopeStep['positions']): { cos: RowsAt; sin: RowsAt } {
    const bytes = this.config.rope.dim * 2;
    const cos = this.#take(`cos ${positions}`, bytes, this.options.maxBatchTokens);
    const sin = this.#take(`sin ${positions}`, bytes, this.options.maxBatchTokens);
    const { arena } = this;
    if (!this.rotaries.some((known) => known.arena === arena && known.positions === positions))
      this.rotaries.push({ arena, positions, cos, sin });
    return { cos, sin };
  }

  /** Constants, written once when the arena is made. */
  vector(values: Float32Array): number {
    const taken = this.#vectorsTaken.get(values) ?? [];
    this.#vectorsTaken.set(values, taken);
    taken[this.arena] ??= this.#planner.take(values.byteLength);
    const at = taken[this.arena]!;
    if (!this.vectors.some((v) => v.arena === this.arena && v.at === at))
      this.vectors.push({ arena: this.arena, at, values });
    return at;
  }

  matrix(matrix: WeightMatrix): MatrixAt {
    const taken = this.#matricesTaken.get(matrix) ?? [];
    this.#matricesTaken.set(matrix, taken);
    const known = taken[this.arena];
    if (known) return known;
    const { rows, columns } = matrix;
    const format = this.#formatOf(matrix);
    const at = this.#planner.take(this.packedBytes(matrix));
    const placed = { at, rows, columns, panels: panelCount(rows), panelBytes: panelBytes(format, columns), format };
    taken[this.arena] = placed;
    this.placements.push({ matrix, format, arena: this.arena, at });
    return placed;
  }

  /** The arena that already holds a matrix, or −1. */
  arenaOf(matrix: WeightMatrix): number {
    return (this.#matricesTaken.get(matrix) ?? []).findIndex((placed) => placed !== undefined);
  }

  /** Whether a matrix meets activations rounded to 8 bits. */
  isInteger(matrix: WeightMatrix): boolean {
    return matrix.encoding.kind === 'blocks' && matrix.roundsActivations && !this.options.exact;
  }

  #formatOf(matrix: WeightMatrix): PanelFormat {
    return panelFormat(matrix.encoding, this.isInteger(matrix) && this.options.unsignedDots);
  }

  /** Bytes of a matrix in panels. */
  packedBytes(matrix: WeightMatrix): number {
    return packedBytes(matrix, this.#formatOf(matrix));
  }

  /** The kernel that multiplies `input` rows (or their rounded form) by a matrix into `out`. */
  product(weight: WeightMatrix, input: RowsAt, out: RowsAt, add: boolean): Product {
    const matrix = this.matrix(weight);
    const integer = this.isInteger(weight);
    const { format, columns } = matrix;
    const shape = { format, columns, outStride: out.stride, add };
    const kernel = integer
      ? this.kernel('gemm-i8', gemmI8Kernel, { ...shape, unsignedDots: this.options.unsignedDots })
      : this.kernel('gemm-f32', gemmF32Kernel, { ...shape, inputStride: input.stride });
    const scratchBytes = integer ? gemmScratch(format, columns) : 0;
    const scratch = scratchBytes ? this.perWorker(`panel of ${scratchBytes} bytes`, scratchBytes) : null;
    return { kernel, integer, matrix, out, scratch };
  }

  /** Rounds the rows of a buffer to 8 bits, into scratch that all inputs of this width share. */
  quantizer(width: number, input: RowsAt, rows: RowKind): QuantizeAt {
    return this.#quantizer(`quantized ${rows} ${width}`, width, input, this.#rowLimit(rows));
  }

  slotQuantizer(name: string, width: number, input: RowsAt, perToken: number): QuantizeAt {
    return this.#quantizer(`quantized ${name}`, width, input, this.options.maxBatchTokens * perToken);
  }

  swiglu(width: number, gate: RowsAt, up: RowsAt, out: RowsAt): string {
    const strides = { gateStride: gate.stride, upStride: up.stride, outStride: out.stride };
    return this.kernel('swiglu', swigluKernel, { width, ...strides });
  }

  /** Bytes of a row of the convolution state, and of a row of its transposed weights. */
  get convolutionStride(): number {
    return Math.ceil(convChannels(this.config.linear) / 16) * 64;
  }

  /** Bytes of the convolution state in front of the value heads' states. */
  get convolutionBytes(): number {
    return (this.config.linear.convKernel - 1) * this.convolutionStride;
  }

  get recurrentBytes(): number {
    const { numValueHeads, valueHeadDim, keyHeadDim } = this.config.linear;
    return this.convolutionBytes + numValueHeads * valueHeadDim * keyHeadDim * 4;
  }

  /** The state of one linear layer, a row a slot: convolution state, then that of every value head. */
  recurrent(linearLayer: number): RowsAt {
    const rows = this.#take(`recurrent ${linearLayer}`, this.recurrentBytes, this.options.maxSequences);
    if (!this.recurrents[linearLayer])
      this.recurrents[linearLayer] = { arena: this.arena, rows, bytes: this.recurrentBytes };
    return rows;
  }

  /** The row of each slot that the draft head goes on from; all steps share it, whatever their arena. */
  remembered(width: number): { arena: number; rows: RowsAt } {
    if (this.remembers.length === 0) {
      const rows = this.#take('remembered', width * 4, this.options.maxSequences);
      this.remembers.push({ arena: this.arena, rows, bytes: width * 4 });
    }
    return this.remembers[0]!;
  }

  get pageCount(): number {
    return Math.ceil(this.options.contextTokens / PAGE_TOKENS) + this.options.maxSequences;
  }

  get #cacheLayout(): CacheLayout {
    return cacheLayout(this.cacheFormat, this.config.attention.headDim);
  }

  get #cachePageBytes(): number {
    return this.config.attention.numKeyValueHeads * 2 * this.#cacheLayout.headBytes;
  }

  get cacheBytes(): number {
    return this.pageCount * this.#cachePageBytes;
  }

  /** One attention layer's part of every page. */
  cache(attentionLayer: number): CacheAt {
    const { at } = this.#take(`cache ${attentionLayer}`, this.cacheBytes, 1);
    this.caches[attentionLayer] ??= {
      arena: this.arena,
      at: { at, pageBytes: this.#cachePageBytes, layout: this.#cacheLayout },
    };
    return this.caches[attentionLayer].at;
  }

  /** Asks for a kernel, which `modules` makes; returns the name under which instances export it. */
  kernel<Shape>(name: string, make: (shape: Shape) => Func, shape: Shape): string {
    const key = `${name} ${JSON.stringify(shape)}`;
    if (!this.#kernels.has(key)) this.#kernels.set(key, () => ({ ...make(shape), name: key }));
    return key;
  }

  /** All kernels asked for, in modules of no more functions than `compileKernels` can optimise at once. */
  modules(extra: Func[] = []): Uint8Array<ArrayBuffer>[] {
    const functions = [...[...this.#kernels.values()].map((make) => make()), ...extra];
    return Array.from({ length: Math.ceil(functions.length / MODULE_FUNCTIONS) }, (_, i) =>
      moduleBytes({ functions: functions.slice(i * MODULE_FUNCTIONS, (i + 1) * MODULE_FUNCTIONS) }),
    );
  }

  #rowLimit(rows: RowKind): number {
    switch (rows) {
      case 'tokens':
        return this.options.maxBatchTokens;
      case 'outputs':
        return this.options.maxOutputs;
      case 'patches':
        return this.maxPatches;
      case 'chunk':
        return CHUNK_PATCHES;
      case 'cells':
        return CHUNK_PATCHES / 4;
    }
  }

  /** Patches of the largest slice that is to be seen. */
  get maxPatches(): number {
    return this.options.vision!.maxPatches;
  }

  #quantizer(name: string, width: number, input: RowsAt, rows: number): QuantizeAt {
    const wide = !this.options.unsignedDots;
    const out = this.#take(name, quantizedRow(width, wide).bytes, rows);
    const kernel = this.kernel('quantize', quantizeKernel, { width, inputStride: input.stride, wide });
    return { kernel, out };
  }

  #take(name: string, bytes: number, rows: number): RowsAt {
    const key = `${this.arena} ${name}`;
    const stride = lines(bytes);
    const known = this.#rowsTaken.get(key);
    if (known) return known;
    const taken = { at: this.#planner.take(stride * rows), stride };
    this.#rowsTaken.set(key, taken);
    return taken;
  }
}

/** So many bytes in whole lines of the cache. */
function lines(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}

/** Bytes of a matrix in panels of a format. */
export function packedBytes({ rows, columns }: WeightMatrix, format: PanelFormat): number {
  return panelCount(rows) * panelBytes(format, columns);
}
