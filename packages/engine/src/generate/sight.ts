import { LanternError } from '../errors.ts';
import type { MediaSpan } from '../media/media-span.ts';
import type { VisionRunner } from '../model/backend.ts';

/** What has been seen so far, for whoever keeps figures. */
export type SightCounts = { slices: number; cachedSlices: number; seconds: number };

/**
 * Looks at pictures for all prompts: one slice at a time, piece by piece, so that answers grow meanwhile. What a slice
 * came to is remembered by its hash, so that a later prompt with the same picture need not look again; least recently
 * used ones give way.
 */
export class Sight {
  readonly #vision: VisionRunner | null;
  readonly #capacity: number;
  /** Least recently used first. */
  readonly #known = new Map<string, Float32Array>();
  #knownBytes = 0;
  #current: { hash: string; pieces: Iterator<void, Float32Array, void> } | null = null;
  readonly counts: SightCounts = { slices: 0, cachedSlices: 0, seconds: 0 };

  /** `capacity`: bytes of embeddings that are remembered. */
  constructor(vision: VisionRunner | null, capacity: number) {
    this.#vision = vision;
    this.#capacity = capacity;
  }

  /** Throws a LanternError where there is nothing to look with, or a slice is too large for it. */
  check({ rows, columns }: MediaSpan['shape']): void {
    if (!this.#vision)
      throw new LanternError(
        'unsupported',
        'the model is loaded without a vision tower; it sees neither pictures nor videos',
        'load a checkpoint that has one, or a GGUF with its mmproj file beside it',
      );
    const { maxPatches } = this.#vision;
    if (rows * columns > maxPatches)
      throw new LanternError(
        'bad-input',
        `a picture has ${rows} by ${columns} patches; the model is loaded for ${maxPatches} of them at the most`,
        'shrink it (maxPixels)',
      );
  }

  /** What a slice came to, [tokens, hiddenSize], if it is remembered. */
  recall({ slice: { hash } }: MediaSpan): Float32Array | null {
    const known = this.#known.get(hash);
    if (!known) return null;
    this.#known.delete(hash);
    this.#known.set(hash, known);
    this.counts.cachedSlices++;
    return known;
  }

  /**
   * Looks for one piece longer at whatever was begun, else begins with this slice. Returns what the slice came to once
   * that is known, else null.
   */
  look({ shape, slice }: MediaSpan): Float32Array | null {
    if (!this.#vision) throw new TypeError('there is nothing to look with');
    const began = performance.now();
    this.#current ??= { hash: slice.hash, pieces: this.#vision.see(shape, slice) };
    const { hash, pieces } = this.#current;
    try {
      const { done, value } = pieces.next();
      if (!done) return null;
      this.#current = null;
      this.counts.slices++;
      this.#remember(hash, value);
      return hash === slice.hash ? value : null;
    } catch (error) {
      this.#current = null;
      throw error;
    } finally {
      this.counts.seconds += (performance.now() - began) / 1000;
    }
  }

  /** Ends a look at any of these slices, unless it is at one of the others too. */
  giveUp(spans: readonly MediaSpan[], others: readonly MediaSpan[]): void {
    const isCurrent = ({ slice }: MediaSpan) => slice.hash === this.#current?.hash;
    if (spans.some(isCurrent) && !others.some(isCurrent)) this.#current = null;
  }

  /** The newest is kept whatever its size, for whoever had it looked at. */
  #remember(hash: string, embeddings: Float32Array): void {
    this.#known.set(hash, embeddings);
    this.#knownBytes += embeddings.byteLength;
    for (const [oldest, { byteLength }] of this.#known) {
      if (this.#knownBytes <= this.#capacity || oldest === hash) return;
      this.#known.delete(oldest);
      this.#knownBytes -= byteLength;
    }
  }
}
