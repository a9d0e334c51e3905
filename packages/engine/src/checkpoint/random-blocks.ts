import { Random } from '../generate/random.ts';

/** Formats that random weights can be made in. */
export const RANDOM_QUANTS = ['bf16', 'f16', 'f32', 'q8_0', 'q4_0', 'q4_1', 'q4_k', 'q5_k', 'q6_k', 'iq4_nl'] as const;
export type RandomQuant = (typeof RANDOM_QUANTS)[number];

/** Standard deviation of the weights. */
const SPREAD = 0.02;
/** Standard deviation of evenly drawn codes, from which the scales follow: 4, 5, 6 and 8 bits. */
const EVEN = { q4: 4.61, q5: 9.23, q6: 18.5, q8: 73.9 };
const LEVELS_SPREAD = 69;
const SUPER_SCALE = 48;

/** Blocks in a slab, by their size: prime, so that no row repeats within some thousands. */
const SMALL_BLOCKS = 8191;
const SUPER_BLOCKS = 1021;
const NUMBERS = 131071;

/**
 * A slab of stored weights in a format, about N(0, 0.02): a prime number of blocks, to be laid end to end. Random codes
 * make a valid file in any block format; only the scales in them are set.
 */
export function randomSlab(quant: RandomQuant, seed: number): Uint8Array {
  const random = new Random(seed);
  switch (quant) {
    case 'f32':
      return new Uint8Array(gaussians(NUMBERS, random).buffer);
    case 'f16':
      return new Uint8Array(new Float16Array(gaussians(NUMBERS, random)).buffer);
    case 'bf16': {
      const words = new Uint32Array(gaussians(NUMBERS, random).buffer);
      return new Uint8Array(Uint16Array.from(words, (word) => word >>> 16).buffer);
    }
    case 'q8_0':
      return slab(SMALL_BLOCKS, 34, random, (view, at) => half(view, at, jitter(random, SPREAD / EVEN.q8)));
    case 'q4_0':
      return slab(SMALL_BLOCKS, 18, random, (view, at) => half(view, at, signed(random, SPREAD / EVEN.q4)));
    case 'iq4_nl':
      return slab(SMALL_BLOCKS, 18, random, (view, at) => half(view, at, signed(random, SPREAD / LEVELS_SPREAD)));
    case 'q4_1':
      return slab(SMALL_BLOCKS, 20, random, (view, at) => {
        const scale = jitter(random, SPREAD / EVEN.q4);
        half(view, at, scale);
        half(view, at + 2, -7.5 * scale);
      });
    case 'q4_k':
    case 'q5_k': {
      const [bytes, spread, middle] = quant === 'q4_k' ? [144, EVEN.q4, 7.5] : [176, EVEN.q5, 15.5];
      return slab(SUPER_BLOCKS, bytes, random, (view, at) => {
        const scale = jitter(random, SPREAD / spread / SUPER_SCALE);
        half(view, at, scale);
        half(view, at + 2, middle * scale);
        for (let j = 0; j < 4; j++) {
          // Six-bit scales from 32 to 63, each with an equal minimum, so that codes centre on 0.
          const low = 32 + Math.floor(random.next() * 32);
          const high = 32 + Math.floor(random.next() * 32);
          view.setUint8(at + 4 + j, low | ((high >> 4) << 6));
          view.setUint8(at + 8 + j, low | ((high >> 4) << 6));
          view.setUint8(at + 12 + j, (high & 15) | ((high & 15) << 4));
        }
      });
    }
    case 'q6_k':
      return slab(SUPER_BLOCKS, 210, random, (view, at) => {
        for (let j = 0; j < 16; j++) view.setInt8(at + 192 + j, Math.round(signed(random, SUPER_SCALE)));
        half(view, at + 208, jitter(random, SPREAD / EVEN.q6 / SUPER_SCALE));
      });
  }
}

/** Numbers from N(0, 0.02). */
function gaussians(count: number, random: Random): Float32Array {
  return Float32Array.from({ length: count }, () => SPREAD * gaussian(random));
}

/** A draw from N(0, 1), by Box and Muller. */
export function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

function slab(blocks: number, bytes: number, random: Random, scales: (view: DataView, at: number) => void): Uint8Array {
  const out = new Uint8Array(blocks * bytes);
  for (let i = 0; i < out.length; i++) out[i] = random.next() * 256;
  const view = new DataView(out.buffer);
  for (let b = 0; b < blocks; b++) scales(view, b * bytes);
  return out;
}

function half(view: DataView, at: number, value: number): void {
  view.setFloat16(at, value, true);
}

function jitter(random: Random, value: number): number {
  return value * (0.8 + 0.4 * random.next());
}

/** Codes that are not centred on 0 are, on the whole, if half of the scales are negative. */
function signed(random: Random, value: number): number {
  return random.next() < 0.5 ? -jitter(random, value) : jitter(random, value);
}
