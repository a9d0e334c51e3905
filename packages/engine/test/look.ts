import type { MediaSlice } from '../src/media/media.ts';
import type { VisionRunner } from '../src/model/backend.ts';

/** Runs a tower to its end. */
export function look(vision: VisionRunner, grid: { rows: number; columns: number }, slice: MediaSlice): Float32Array {
  const pieces = vision.see(grid, slice);
  for (;;) {
    const { done, value } = pieces.next();
    if (done) return value;
  }
}
