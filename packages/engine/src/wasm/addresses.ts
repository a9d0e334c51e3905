import type { CacheLayout } from './cache-format.ts';
import type { PanelFormat } from './panels/panel-format.ts';

/**
 * In arena 0: the barrier's control words, the words between main thread and workers, the batch, and for each worker the
 * counters of claims on its share of the work and what it is to touch while it waits.
 */
export type ControlAt = {
  barrier: number;
  signals: number;
  batch: number;
  batchWords: number;
  claims: RowsAt;
  ahead: RowsAt;
};

/** Rows of f32 in some arena: the first at byte `at`, each `stride` bytes after the one before. */
export type RowsAt = { at: number; stride: number };

/** A packed matrix. */
export type MatrixAt = {
  at: number;
  rows: number;
  columns: number;
  panels: number;
  panelBytes: number;
  format: PanelFormat;
};

/**
 * A product as its kernel sees it: `integer` kernels take rows that were rounded to 8 bits. `scratch` has a row for each worker,
 * where the kernel needs one.
 */
export type Product = { kernel: string; integer: boolean; matrix: MatrixAt; out: RowsAt; scratch: RowsAt | null };

/** Panels of all matrices of some products that are dealt out together. */
export const countPanels = (products: Product[]): number =>
  products.reduce((sum, { matrix }) => sum + matrix.panels, 0);

/** The kernel that rounds rows to 8 bits, and where a row of its output goes (see kernels/quantize.ts). */
export type QuantizeAt = { kernel: string; out: RowsAt };

/** One attention layer's part of the cache: pages of [KV head][keys, values], each laid out as `layout` says. */
export type CacheAt = { at: number; pageBytes: number; layout: CacheLayout };
