import type { WeightMatrix } from '../checkpoint/weights.ts';
import type { RowsAt } from './addresses.ts';
import { type Func, moduleBytes } from './assembler/index.ts';
import { compileKernels } from './compile.ts';
import type { Placement } from './compiler.ts';
import { PACK_KERNELS } from './kernels/pack.ts';
import { instantiate, type Kernels, rowAt } from './lane.ts';
import { packPanel } from './panels/pack.ts';
import { BLOCK, PANEL_ROWS, type PanelFormat, panelBytes, panelCount } from './panels/panel-format.ts';

/** Weights read at a time, so that they are still in the nearest caches when they are packed. */
const STAGING_WEIGHTS = 1 << 18;

/** Rows of so many columns that are read at a time: whole panels. */
function stagedRows(columns: number): number {
  return Math.max(1, Math.floor(STAGING_WEIGHTS / columns / PANEL_ROWS)) * PANEL_ROWS;
}

/** Bytes of the arena that packing a matrix needs on each thread. */
export function packingBytes(matrix: WeightMatrix, format: PanelFormat): number {
  return hasKernel(matrix, format) ? (stagedRows(matrix.columns) * matrix.storedBytes) / matrix.rows : 0;
}

/** Whether a kernel packs the matrix straight from the bytes of its file. */
function hasKernel({ readStored, storedAs }: WeightMatrix, { kind }: PanelFormat): boolean {
  return readStored !== null && PACK_KERNELS[storedAs]?.[kind] !== undefined;
}

/** The kernels that pack these matrices, exported as `Q8_0 u8`: from this format into panels of that kind. */
export function compilePackKernels(placements: readonly Placement[]): WebAssembly.Module {
  const functions = new Map<string, Func>();
  for (const { matrix, format } of placements) {
    const name = `${matrix.storedAs} ${format.kind}`;
    if (hasKernel(matrix, format) && !functions.has(name))
      functions.set(name, { ...PACK_KERNELS[matrix.storedAs]![format.kind]!(), name });
  }
  return compileKernels(moduleBytes({ functions: [...functions.values()] }), { revectorize: false });
}

/** All that packing needs on any thread: of every arena its memory and where each worker has room for rows. */
export type PackRoom = { memories: WebAssembly.Memory[]; stagings: RowsAt[]; module: WebAssembly.Module };

/** Lays matrices down in panels, on one thread. */
export class PanelPacker {
  readonly #arenas: { buffer: ArrayBufferLike; kernels: Kernels; stagingAt: number }[];

  constructor({ memories, stagings, module }: PackRoom, worker: number) {
    this.#arenas = memories.map((memory, i) => ({
      buffer: memory.buffer,
      kernels: instantiate([module], memory),
      stagingAt: rowAt(stagings[i]!, worker),
    }));
  }

  /**
   * Reads rows [from, to) of a matrix step by step and packs them: by a kernel where there is one for its format, else by
   * way of its codes. `from` is the first row of a panel; `at`, where the matrix begins in its arena, is 64-byte aligned
   * and has room for `panelCount(rows) · panelBytes(format, columns)` zeroed bytes.
   */
  pack(matrix: WeightMatrix, format: PanelFormat, from: number, to: number, arena: number, at: number): void {
    const { columns, storedAs, readStored } = matrix;
    const { buffer, kernels, stagingAt } = this.#arenas[arena]!;
    const kernel = readStored && kernels[`${storedAs} ${format.kind}`];
    const size = panelBytes(format, columns);
    const rowBytes = matrix.storedBytes / matrix.rows;
    for (let start = from; start < to; start += stagedRows(columns)) {
      const end = Math.min(start + stagedRows(columns), to);
      const out = at + (start / PANEL_ROWS) * size;
      if (kernel) {
        const panels = panelCount(end - start);
        const staged = new Uint8Array(buffer, stagingAt, panels * PANEL_ROWS * rowBytes);
        readStored(start, end, staged);
        // Rows that a last panel lacks are zeros.
        staged.fill(0, (end - start) * rowBytes);
        kernel(stagingAt, out, panels, columns / BLOCK, rowBytes);
        continue;
      }
      const rows = matrix.read(start, end);
      for (let first = 0; first < end - start; first += PANEL_ROWS) {
        const count = Math.min(PANEL_ROWS, end - start - first);
        packPanel(rows, first, count, columns, format, buffer, out + (first / PANEL_ROWS) * size);
      }
    }
  }
}
