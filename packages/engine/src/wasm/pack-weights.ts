import { shareLayouts } from '../checkpoint/matrix-layout.ts';
import type { LoadOptions } from '../model/backend.ts';
import type { Compiler, Placement } from './compiler.ts';
import { cutIntoPieces, type Pieces, packCounters, packPieces, piecesDone, stopPacking } from './pack-job.ts';
import { compilePackKernels, PanelPacker } from './panel-packer.ts';
import type { WorkerHandle } from './spawn-worker.ts';

/** Milliseconds after which the event loop gets its turn. */
const BUSY_MS = 30;

/**
 * Streams every matrix into its place. All threads take pieces, each reading its own, where the weights lie in files; what
 * only this thread can read it packs alone. The event loop breathes now and then. Rejects with the first error of any
 * thread; then or when aborted, workers may still be at their last piece.
 */
export async function packWeights(
  { placements, vectors, stagings }: Compiler,
  memories: WebAssembly.Memory[],
  workers: WorkerHandle[],
  { onProgress, signal }: Pick<LoadOptions, 'onProgress' | 'signal'>,
): Promise<void> {
  const pieces = cutIntoPieces(placements);
  const counters = packCounters();
  const matrices = placements.map(({ matrix }) => matrix);
  const room = { memories, stagings, module: compilePackKernels(placements) };
  const layouts = workers.length === 0 ? null : shareLayouts(matrices.map(({ layout }) => layout));
  const helped = layouts
    ? workers.map((worker, i) => worker.ask({ call: 'pack', job: { layouts, pieces, counters, room, worker: i + 1 } }))
    : [];
  const bytes = bytesUntil(pieces, placements);
  const total = bytes.at(-1)!;

  const work = async () => {
    // The caller has something to do as well, meanwhile.
    await null;
    signal?.throwIfAborted();
    const packer = new PanelPacker(room, 0);
    let rested = performance.now();
    for (const _ of packPieces(pieces, (index) => matrices[index]!, counters, packer)) {
      if (performance.now() - rested < BUSY_MS) continue;
      onProgress?.(bytes[piecesDone(counters)]!, total);
      await new Promise((resume) => setTimeout(resume));
      signal?.throwIfAborted();
      rested = performance.now();
    }
  };
  try {
    for (const { arena, at, values } of vectors)
      new Float32Array(memories[arena]!.buffer, at, values.length).set(values);
    await Promise.all([...helped, work()]);
  } finally {
    stopPacking(counters);
  }
  onProgress?.(total, total);
}

/** Bytes in the file of the first n pieces. They are claimed in order, so of any n that are done, nearly. */
function bytesUntil({ table }: Pieces, placements: readonly Placement[]): Float64Array {
  const bytes = new Float64Array(table.length / 3 + 1);
  for (let i = 0; i < table.length; i += 3) {
    const { storedBytes, rows } = placements[table[i]!]!.matrix;
    bytes[i / 3 + 1] = bytes[i / 3]! + (storedBytes * (table[i + 2]! - table[i + 1]!)) / rows;
  }
  return bytes;
}
