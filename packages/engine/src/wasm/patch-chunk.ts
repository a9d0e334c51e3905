/** Patches that a phase of the vision tower takes at a time: whole cells, as many as keep the kernels busy. */
export const CHUNK_PATCHES = 128;
/** Patches whose keys and values attention meets together; they stay in cache while several queries do. */
export const KEY_BLOCK = 128;
/** Queries that meet them. */
export const QUERY_BLOCK = 64;

/** Part of a slice: its patches from `first` on. The slice has `rows` by `columns` of them. */
export type PatchChunk = { first: number; count: number; rows: number; columns: number };

/** Blocks of keys that so many patches fill. */
export function keyBlocks(patches: number): number {
  return Math.ceil(patches / KEY_BLOCK);
}
