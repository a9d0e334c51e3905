import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mxfp4, nvfp4 } from '../../checkpoint/blocks/fp4.ts';
import { iq4_nl, iq4_xs } from '../../checkpoint/blocks/iq4.ts';
import { type Encoding, type Rows, UNIT_SPAN } from '../../checkpoint/weights.ts';
import { linear } from '../../reference/kernels/linear.ts';
import { packPanel } from '../panels/pack.ts';
import { PANEL_ROWS, panelBytes, panelCount, panelFormat, panelKey } from '../panels/panel-format.ts';
import { unpackRow } from '../panels/unpack-row.ts';
import { canDotUnsignedBytes } from '../self-test.ts';
import { gemmF32Kernel } from './gemm-f32.ts';
import { gemmI8Kernel } from './gemm-i8.ts';
import { benchOf, distance, noise } from './kernel-test.ts';
import { BLOCK_AT, quantizedRow, quantizeKernel } from './quantize.ts';

const encodings: Encoding[] = [
  { kind: 'f32' },
  { kind: 'f16' },
  { kind: 'bf16' },
  { kind: 'fp8' },
  { kind: 'blocks', bits: 4, group: 32, zero: 8, minima: false, scales: 'f16' },
  { kind: 'blocks', bits: 4, group: 32, zero: 0, minima: true, scales: 'f16' },
  { kind: 'blocks', bits: 4, group: 32, zero: 0, minima: true, scales: 'f32' },
  { kind: 'blocks', bits: 4, group: 16, zero: 4, minima: false, scales: 'f32' },
  { kind: 'blocks', bits: 8, group: 32, zero: 0, minima: false, scales: 'f16' },
  { kind: 'blocks', bits: 8, group: 32, zero: 0, minima: true, scales: 'f32' },
  { kind: 'blocks', bits: 8, group: 16, zero: 0, minima: false, scales: 'f32' },
  { kind: 'blocks', bits: 6, group: 32, zero: 16, minima: false, scales: 'f16' },
  { kind: 'blocks', bits: 6, group: 16, zero: 32, minima: false, scales: 'units' },
  { kind: 'blocks', bits: 6, group: 32, zero: 0, minima: true, scales: 'units' },
  { kind: 'blocks', bits: 4, group: 32, zero: 0, minima: true, scales: 'units' },
  { kind: 'blocks', bits: 4, group: 16, zero: 4, minima: false, scales: 'units' },
  { kind: 'blocks', bits: 8, group: 32, zero: 0, minima: false, scales: 'units' },
  { ...iq4_nl.encoding },
  { ...iq4_xs.encoding },
  { ...mxfp4.encoding },
  { ...nvfp4.encoding },
];

/** Random rows in an encoding, extremes of the codes included. */
function randomRows(encoding: Encoding, rows: number, columns: number, seed: number): Rows {
  const random = noise(seed);
  const count = rows * columns;
  switch (encoding.kind) {
    case 'f32':
      return { kind: 'f32', values: Float32Array.from({ length: count }, random) };
    case 'f16':
      return { kind: 'f16', bits: new Uint16Array(Float16Array.from({ length: count }, random).buffer) };
    case 'bf16':
      return {
        kind: 'bf16',
        bits: new Uint32Array(Float32Array.from({ length: count }, random).buffer).reduce((bits, x, i) => {
          bits[i] = x >>> 16;
          return bits;
        }, new Uint16Array(count)),
      };
    case 'fp8': {
      const spans = Math.ceil(columns / 128);
      const codes = Uint8Array.from({ length: count }, (_, i) => {
        const code = (i * 37 + Math.floor(Math.abs(random()) * 100)) & 255;
        return (code & 127) === 127 ? 0 : code;
      });
      return {
        kind: 'fp8',
        codes,
        scales: Float32Array.from({ length: rows * spans }, () => Math.abs(random()) / 448),
      };
    }
    case 'blocks': {
      const [low, high] = encoding.bits === 8 ? [-128, 127] : [0, 2 ** encoding.bits - 1];
      const pick = (i: number) =>
        i % 7 === 0 ? low : i % 7 === 1 ? high : Math.round(low + ((high - low) * (random() + 3)) / 6);
      const floats = (count: number, draw: () => number) => Float32Array.from({ length: count }, draw);
      const exact = (x: number) => (encoding.scales === 'f32' ? x : Float16Array.of(x)[0]!);
      const scale = () =>
        encoding.scales === 'units' ? Math.max(-128, Math.min(127, Math.round(random() * 50))) : exact(random() * 0.1);
      const unit = () => exact(random() * 0.002);
      const [groups, units] = [count / encoding.group, count / UNIT_SPAN];
      return {
        kind: 'blocks',
        codes: Int8Array.from({ length: count }, (_, i) =>
          encoding.levels ? encoding.levels[(i * 7 + (i >> 4)) % 16]! : Math.max(low, Math.min(high, pick(i))),
        ),
        scales: floats(groups, scale),
        minima: encoding.minima ? floats(groups, scale) : null,
        units:
          encoding.scales === 'units'
            ? { scales: floats(units, unit), minima: encoding.minima ? floats(units, unit) : null }
            : null,
      };
    }
  }
}

/** What the weights meet: f32 rows, or rows rounded to 8 bits by either kind of dot product. */
type Inputs = 'f32' | 'i8' | 'i8, unsigned dots';

/** Row lengths that an encoding can have. */
function widthsOf(encoding: Encoding): number[] {
  if (encoding.kind !== 'blocks') return [1, 5, 64, 131, 256];
  return encoding.scales === 'units' ? [256, 512] : [32, 96, 256];
}

function inputsOf(encoding: Encoding): Inputs[] {
  if (encoding.kind !== 'blocks') return ['f32'];
  return canDotUnsignedBytes() ? ['f32', 'i8', 'i8, unsigned dots'] : ['f32', 'i8'];
}

/** One product by the kernel and by its scalar twin over the same rounded or unrounded inputs. */
function multiply(
  encoding: Encoding,
  rows: number,
  columns: number,
  outputs: number,
  inputs8: Inputs,
  add: boolean,
  revectorize: boolean,
) {
  const integer = inputs8 !== 'f32';
  const unsignedDots = inputs8 === 'i8, unsigned dots';
  const format = panelFormat(encoding, unsignedDots);
  const piece = randomRows(encoding, outputs, columns, 1 + columns);
  const size = panelBytes(format, columns);
  const outStride = panelCount(outputs) * 64;
  const inputStride = Math.ceil(columns / 16) * 64;
  const at = { x: 0, quantized: 256 * 1024, w: 384 * 1024, out: 960 * 1024, scratch: 1536 * 1024 };
  const shape = { format, columns, outStride, add };
  const bench = benchOf(
    integer ? gemmI8Kernel({ ...shape, unsignedDots }) : gemmF32Kernel({ ...shape, inputStride }),
    revectorize,
    32,
  );
  for (let p = 0; p < panelCount(outputs); p++)
    packPanel(
      piece,
      p * PANEL_ROWS,
      Math.min(PANEL_ROWS, outputs - p * PANEL_ROWS),
      columns,
      format,
      bench.buffer,
      at.w + p * size,
    );
  const random = noise(99);
  bench.floats.fill(Number.NaN, 0, at.quantized / 4);
  const inputs = Array.from({ length: rows }, (_, r) => {
    const input = new Float32Array(bench.buffer, at.x + r * inputStride, columns);
    input.forEach((_, i) => {
      input[i] = random() * (1 + (i % 5));
    });
    return Float32Array.from(input);
  });
  if (integer) {
    const quantize = benchOf(quantizeKernel({ width: columns, inputStride, wide: !unsignedDots }), revectorize, 32);
    new Uint8Array(quantize.buffer).set(new Uint8Array(bench.buffer, 0, at.quantized));
    quantize.run(at.x, at.quantized, rows);
    const layout = quantizedRow(columns, !unsignedDots);
    new Uint8Array(bench.buffer).set(new Uint8Array(quantize.buffer, at.quantized, layout.bytes * rows), at.quantized);
    inputs.forEach((input, r) => {
      const row = at.quantized + r * layout.bytes;
      for (let b = 0; b < columns / 32; b++) {
        const block = row + b * BLOCK_AT.bytes;
        const codes = new Int8Array(bench.buffer, block + BLOCK_AT.codes, 32);
        const [scale] = new Float32Array(bench.buffer, block + BLOCK_AT.scale, 1) as unknown as [number];
        codes.forEach((code, i) => {
          const x = input[b * 32 + i]!;
          assert.ok(Math.abs(x - code * scale) <= scale * 0.5001, 'rounded by more than half a step');
          input[b * 32 + i] = code * scale;
        });
      }
    });
  }
  const out = (r: number) => new Float32Array(bench.buffer, at.out + r * outStride, outputs);
  for (let r = 0; r < rows; r++) out(r).fill(add ? 2 : Number.NaN);
  bench.run(integer ? at.quantized : at.x, at.w, at.out, rows, panelCount(outputs), at.scratch);
  const weights = new Float32Array(outputs * columns);
  for (let o = 0; o < outputs; o++)
    unpackRow(format, bench.buffer, at.w, o, weights.subarray(o * columns, (o + 1) * columns));
  const expected = inputs.map((input) => {
    const wanted = new Float32Array(outputs).fill(2);
    linear(weights, input, wanted, add);
    return wanted;
  });
  return { got: expected.map((_, r) => out(r).slice()), expected };
}

describe('products', () => {
  for (const encoding of encodings) {
    const widths = widthsOf(encoding);
    for (const inputs of inputsOf(encoding))
      test(`${panelKey(panelFormat(encoding))} with ${inputs} inputs equals its scalar twin`, () => {
        for (const columns of widths)
          for (const [rows, outputs] of [
            [1, 16],
            [3, 5],
            [4, 33],
            [9, 48],
          ] as const)
            for (const revectorize of [false, true]) {
              const { got, expected } = multiply(encoding, rows, columns, outputs, inputs, rows % 2 === 0, revectorize);
              got.forEach((row, r) => {
                assert.ok(
                  distance(row, expected[r]!) < 3e-6,
                  `${rows}x${columns}x${outputs} row ${r}: ${distance(row, expected[r]!)}`,
                );
              });
            }
      });
  }

  test('a row has the same bits alone and in company', () => {
    for (const encoding of encodings)
      for (const inputs of inputsOf(encoding)) {
        const many = multiply(encoding, 6, widthsOf(encoding)[1]!, 32, inputs, false, true).got;
        const one = multiply(encoding, 1, widthsOf(encoding)[1]!, 32, inputs, false, true).got;
        assert.deepEqual(many[0], one[0]);
      }
  });

  test('a NaN is not lost in rounding', () => {
    const quantize = benchOf(quantizeKernel({ width: 32, inputStride: 128, wide: false }), true);
    for (const place of [0, 13, 31]) {
      quantize.floats.fill(1, 0, 32);
      quantize.floats[place] = Number.NaN;
      quantize.run(0, 1024, 1);
      assert.ok(Number.isNaN(new Float32Array(quantize.buffer, 1024 + BLOCK_AT.scale, 1)[0]), `at ${place}`);
    }
  });

  test('either kind of dot product gives the same bits', {
    skip: !canDotUnsignedBytes() && 'one kind only here',
  }, () => {
    for (const encoding of encodings.filter(({ kind }) => kind === 'blocks'))
      assert.deepEqual(
        multiply(encoding, 5, 256, 32, 'i8, unsigned dots', false, true).got,
        multiply(encoding, 5, 256, 32, 'i8', false, true).got,
      );
  });
});
