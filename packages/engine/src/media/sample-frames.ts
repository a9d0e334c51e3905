import { roundHalfEven } from './round-half-even.ts';

/** How many frames a second are sampled, and how many there may be. */
export type FrameSampling = { fps: number; minFrames: number; maxFrames: number };

/**
 * Which of a video's `total` frames the model is shown: evenly spread from the first to the last, `fps` of them a second
 * of a source with `sourceFps`.
 */
export function sampleFrames(total: number, sourceFps: number, { fps, minFrames, maxFrames }: FrameSampling): number[] {
  const wanted = Math.trunc((total / sourceFps) * fps);
  const count = Math.min(Math.max(wanted, minFrames), maxFrames, total);
  if (count === 1) return [0];
  // The last is set, not computed, as NumPy's linspace does.
  const step = (total - 1) / (count - 1);
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? total - 1 : roundHalfEven(i * step)));
}

/** Seconds into the video of each pair of sampled frames: the mean of both. A last frame without a partner stands for two. */
export function pairTimes(indices: readonly number[], timeOf: (index: number) => number): number[] {
  return Array.from({ length: Math.ceil(indices.length / 2) }, (_, pair) => {
    const first = indices[2 * pair]!;
    return (timeOf(first) + timeOf(indices[2 * pair + 1] ?? first)) / 2;
  });
}
