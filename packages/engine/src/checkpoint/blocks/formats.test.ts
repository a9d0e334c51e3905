import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../generate/random.ts';
import type { Rows } from '../weights.ts';
import type { BlockFormat, BlockInput, BlockOutput } from './block-format.ts';
import { BLOCK_FORMATS } from './formats.ts';
import { rowsToFloats } from './rows-to-floats.ts';

/**
 * What each block holds, weight by weight, straight from the layout's description: `half` reads an f16, `byte` a byte
 * of the block.
 */
type Formula = (block: DataView) => number[];

const half = (block: DataView, at: number) => block.getFloat16(at, true);
const byte = (block: DataView, at: number) => block.getUint8(at);
const list = (count: number, value: (i: number) => number) => Array.from({ length: count }, (_, i) => value(i));
/** Nibble of weight j where the first 16 weights are low and the next 16 high. */
const nibble = (block: DataView, at: number, j: number) =>
  j < 16 ? byte(block, at + j) & 15 : byte(block, at + j - 16) >> 4;
const fifthBit = (block: DataView, at: number, j: number) => (block.getUint32(at, true) >>> j) & 1;
const K = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];
const FP4 = [0, 0.5, 1, 1.5, 2, 3, 4, 6];
const fp4 = (q: number) => (q & 8 ? -1 : 1) * FP4[q & 7]!;

/** Scale and minimum of sub-block j of Q4_K and Q5_K. */
function pair(block: DataView, j: number): [number, number] {
  const s = (i: number) => byte(block, 4 + i);
  if (j < 4) return [s(j) & 63, s(j + 4) & 63];
  return [(s(j + 4) & 15) | ((s(j - 4) >> 6) << 4), (s(j + 4) >> 4) | ((s(j) >> 6) << 4)];
}

const formulas: Record<string, Formula> = {
  Q8_0: (b) => list(32, (j) => half(b, 0) * b.getInt8(2 + j)),
  Q4_0: (b) => list(32, (j) => half(b, 0) * (nibble(b, 2, j) - 8)),
  Q4_1: (b) => list(32, (j) => half(b, 0) * nibble(b, 4, j) + half(b, 2)),
  Q5_0: (b) => list(32, (j) => half(b, 0) * ((nibble(b, 6, j) | (fifthBit(b, 2, j) << 4)) - 16)),
  Q5_1: (b) => list(32, (j) => half(b, 0) * (nibble(b, 8, j) | (fifthBit(b, 4, j) << 4)) + half(b, 2)),
  IQ4_NL: (b) => list(32, (j) => half(b, 0) * K[nibble(b, 2, j)]!),
  MXFP4: (b) => list(32, (j) => 2 ** (byte(b, 0) - 127) * fp4(nibble(b, 1, j))),
  NVFP4: (b) =>
    list(64, (i) => {
      const s = i >> 4;
      const x = byte(b, s);
      const exponent = (x >> 3) & 15;
      const scale = exponent === 0 ? (x & 7) * 2 ** -9 : (1 + (x & 7) / 8) * 2 ** (exponent - 7);
      const q = byte(b, 4 + 8 * s + (i & 7));
      return (x === 0x7f ? 0 : scale) * fp4(i & 8 ? q >> 4 : q & 15);
    }),
  Q2_K: (b) => {
    const out: number[] = [];
    for (let n = 0; n < 2; n++)
      for (let j = 0; j < 4; j++)
        for (let g = 0; g < 2; g++)
          for (let l = 0; l < 16; l++) {
            const s = byte(b, 8 * n + 2 * j + g);
            const q = (byte(b, 16 + 32 * n + 16 * g + l) >> (2 * j)) & 3;
            out.push(half(b, 80) * (s & 15) * q - half(b, 82) * (s >> 4));
          }
    return out;
  },
  Q3_K: (b) => {
    const scale = (j: number) => {
      const low = j < 8 ? byte(b, 96 + j) & 15 : byte(b, 96 + j - 8) >> 4;
      return (low | (((byte(b, 96 + 8 + (j % 4)) >> (2 * Math.floor(j / 4))) & 3) << 4)) - 32;
    };
    const out: number[] = [];
    for (let n = 0; n < 2; n++)
      for (let j = 0; j < 4; j++)
        for (let g = 0; g < 2; g++)
          for (let l = 0; l < 16; l++) {
            const q = (byte(b, 32 + 32 * n + 16 * g + l) >> (2 * j)) & 3;
            const set = byte(b, 16 * g + l) & (1 << (4 * n + j));
            out.push(half(b, 108) * scale(8 * n + 2 * j + g) * (q - (set ? 0 : 4)));
          }
    return out;
  },
  Q4_K: (b) =>
    list(256, (i) => {
      const [sc, m] = pair(b, i >> 5);
      const q = byte(b, 16 + 32 * (i >> 6) + (i & 31));
      return half(b, 0) * sc * (i & 32 ? q >> 4 : q & 15) - half(b, 2) * m;
    }),
  Q5_K: (b) =>
    list(256, (i) => {
      const [sc, m] = pair(b, i >> 5);
      const q = byte(b, 48 + 32 * (i >> 6) + (i & 31));
      const high = (byte(b, 16 + (i & 31)) >> (i >> 5)) & 1;
      return half(b, 0) * sc * ((i & 32 ? q >> 4 : q & 15) + 16 * high) - half(b, 2) * m;
    }),
  Q6_K: (b) =>
    list(256, (i) => {
      const n = i >> 7;
      const t = (i >> 5) & 3;
      const l = i & 31;
      const low = byte(b, 64 * n + l + (t & 1 ? 32 : 0));
      const high = (byte(b, 128 + 32 * n + l) >> (2 * t)) & 3;
      const q = (t < 2 ? low & 15 : low >> 4) | (high << 4);
      return half(b, 208) * b.getInt8(192 + 8 * n + (l >> 4) + 2 * t) * (q - 32);
    }),
  IQ4_XS: (b) =>
    list(256, (i) => {
      const ib = i >> 5;
      const low = (byte(b, 4 + (ib >> 1)) >> (4 * (ib & 1))) & 15;
      const ls = low | (((b.getUint16(2, true) >> (2 * ib)) & 3) << 4);
      return half(b, 0) * (ls - 32) * K[nibble(b, 8 + 16 * ib, i & 31)]!;
    }),
};

/** f16 fields of a block: random bits could be NaN or infinite. */
const halves: Record<string, number[]> = {
  Q8_0: [0],
  Q4_0: [0],
  Q4_1: [0, 2],
  Q5_0: [0],
  Q5_1: [0, 2],
  IQ4_NL: [0],
  Q2_K: [80, 82],
  Q3_K: [108],
  Q4_K: [0, 2],
  Q5_K: [0, 2],
  Q6_K: [208],
  IQ4_XS: [0],
};

const BLOCKS = 200;

function randomInput(format: BlockFormat, random: Random): BlockInput {
  const buffer = new ArrayBuffer(Math.ceil((BLOCKS * format.bytes) / 8) * 8);
  const bytes = new Uint8Array(buffer).map(() => random.next() * 256);
  const view = new DataView(bytes.buffer);
  for (let block = 0; block < BLOCKS; block++)
    for (const at of halves[format.name] ?? []) view.setFloat16(block * format.bytes + at, random.next() * 4 - 2, true);
  return { bytes, halves: new Uint16Array(bytes.buffer), words: new Uint32Array(bytes.buffer) };
}

function emptyOutput(format: BlockFormat): BlockOutput {
  const codes = new ArrayBuffer(BLOCKS * format.weights);
  const groups = (BLOCKS * format.weights) / format.encoding.group;
  return {
    codes: new Int8Array(codes),
    codeHalves: new Uint16Array(codes),
    codeWords: new Uint32Array(codes),
    scales: new Float32Array(groups),
    minima: new Float32Array(groups),
    units: new Float32Array(Math.ceil(groups / 8)),
    minimumUnits: new Float32Array(Math.ceil(groups / 8)),
  };
}

test('every format has a formula here', () => {
  assert.deepEqual([...BLOCK_FORMATS.keys()].sort(), Object.keys(formulas).sort());
});

for (const format of BLOCK_FORMATS.values()) {
  test(`${format.name}: random blocks unpack to what the layout says`, () => {
    const input = randomInput(format, new Random(format.bytes));
    const output = emptyOutput(format);
    format.unpack(input, BLOCKS, output);
    const { encoding } = format;
    const columns = BLOCKS * format.weights;
    const floats = new Float32Array(columns);
    const minima = encoding.minima ? output.minima : null;
    const units =
      encoding.scales === 'units'
        ? { scales: output.units, minima: encoding.minima ? output.minimumUnits : null }
        : null;
    const rows: Rows = { kind: 'blocks', codes: output.codes, scales: output.scales, minima, units };
    rowsToFloats(rows, encoding, columns, floats);
    for (let block = 0; block < BLOCKS; block++) {
      const expected = formulas[format.name]!(new DataView(input.bytes.buffer, block * format.bytes, format.bytes));
      // Exact but for f32 rounding of the scale, the product and the sum.
      const tolerance = 1e-6 * Math.max(...expected.filter((v) => Math.abs(v) < 3e38).map(Math.abs));
      expected.forEach((value, i) => {
        const found = floats[block * format.weights + i]!;
        const close = Math.abs(found - value) <= tolerance || found === Math.fround(value);
        assert.ok(close, `block ${block} weight ${i}: ${found}, not ${value}`);
      });
    }
    const limit = encoding.bits === 8 ? [-128, 127] : [0, 2 ** encoding.bits - 1];
    assert.ok(output.codes.every((code) => code >= limit[0]! && code <= limit[1]!));
    const held = { f32: Float32Array, f16: Float16Array, units: Int8Array }[encoding.scales];
    const keeps = (numbers: Float32Array) => assert.deepEqual(new Float32Array(new held(numbers)), numbers);
    keeps(output.scales);
    if (minima) keeps(minima);
  });
}
