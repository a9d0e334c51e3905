import type { RopeConfig } from './config.ts';

/**
 * Rotary tables for the tokens of a batch: cos and sin of the angles, [tokens, dim/2] each, times YaRN's attention
 * factor. Angle i of a token is its position on the axis of frequency i, times that frequency; it is formed in f32, as
 * the vendor's implementation does, so that far positions get the same phase.
 *
 * `positions` is [3 · tokens]: time, height and width.
 */
export class RotaryTable {
  readonly #frequencies: Float32Array;
  readonly #axes: Uint8Array;
  readonly #scale: number;

  constructor(rope: RopeConfig) {
    this.#frequencies = rotaryFrequencies(rope);
    this.#axes = rotaryAxes(rope);
    this.#scale = rope.yarn ? 0.1 * Math.log(rope.yarn.factor) + 1 : 1;
  }

  /** Frequencies a token has: half of the rotating dimensions. */
  get half(): number {
    return this.#frequencies.length;
  }

  /** Writes rows of `stride` numbers (at least `half`) for `tokens` tokens into `cos` and `sin`. */
  fill(positions: Int32Array, tokens: number, cos: Float32Array, sin: Float32Array, stride = this.half): void {
    for (let t = 0; t < tokens; t++) {
      for (let i = 0; i < this.half; i++) {
        const position = positions[this.#axes[i]! * tokens + t]!;
        const angle = Math.fround(position * this.#frequencies[i]!);
        cos[t * stride + i] = Math.cos(angle) * this.#scale;
        sin[t * stride + i] = Math.sin(angle) * this.#scale;
      }
    }
  }
}

/**
 * theta^(−2i/dim) for i < dim/2; with YaRN, slow frequencies are divided by its factor, fast ones kept, and those
 * that turn between 1 and 32 times over the original context blended linearly.
 */
export function rotaryFrequencies({ theta, dim, yarn }: RopeConfig): Float32Array {
  const plain = Float32Array.from({ length: dim / 2 }, (_, i) => theta ** ((-2 * i) / dim));
  if (!yarn) return plain;
  /** The frequency index that turns `turns` times over the original context. */
  const indexOf = (turns: number) =>
    (dim * Math.log(yarn.originalMaxPositionEmbeddings / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const low = Math.max(Math.floor(indexOf(32)), 0);
  const high = Math.min(Math.ceil(indexOf(1)), dim - 1);
  return plain.map((f, i) => {
    const slow = Math.min(Math.max((i - low) / Math.max(high - low, 1e-3), 0), 1);
    return (f / yarn.factor) * slow + f * (1 - slow);
  });
}

/** The axis (0 time, 1 height, 2 width) that each frequency follows: T H W T H W … while the sections last, then T. */
export function rotaryAxes({ dim, sections }: RopeConfig): Uint8Array {
  return Uint8Array.from({ length: dim / 2 }, (_, i) => {
    const axis = i % 3;
    return axis > 0 && i < 3 * sections[axis]! ? axis : 0;
  });
}
