import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BLOCK_FORMATS } from '../../packages/engine/src/checkpoint/blocks/formats.ts';
import { rowsToFloats } from '../../packages/engine/src/checkpoint/blocks/rows-to-floats.ts';
import { Staging } from '../../packages/engine/src/checkpoint/staging.ts';
import { Random } from '../../packages/engine/src/generate/random.ts';
import { QUANTIZED, quantize } from './quantize.ts';

const WEIGHTS = 1024;

function roundTrip(values: Float32Array, format: string): Float32Array {
  const blocks = quantize(values, format);
  const { encoding, unpack, weights } = BLOCK_FORMATS.get(format.toUpperCase())!;
  const staging = new Staging();
  const input = staging.input(blocks.length);
  input.bytes.set(blocks);
  const output = staging.output(values.length, values.length / weights);
  unpack(input, values.length / weights, output);
  const codes = output.codes.subarray(0, values.length);
  const out = new Float32Array(values.length);
  rowsToFloats(
    { kind: 'blocks', codes, scales: output.scales, minima: null, units: null },
    encoding,
    values.length,
    out,
  );
  return out;
}

test('errors are within half a gap between levels, or what the far end falls short', () => {
  const random = new Random(3);
  const values = Float32Array.from({ length: WEIGHTS }, () => random.next() - 0.5);
  // As shares of the block's largest number. The other end of Q4_0 is 7, not 8; that of IQ4_NL 113, not 127.
  const most = { q8_0: 0.5 / 127, q4_0: 1 / 8, iq4_nl: 14 / 127 };
  for (const format of Object.keys(QUANTIZED)) {
    const back = roundTrip(values, format);
    for (let from = 0; from < WEIGHTS; from += 32) {
      const largest = Math.max(...values.subarray(from, from + 32).map(Math.abs));
      for (let i = from; i < from + 32; i++) {
        const error = Math.abs(back[i]! - values[i]!);
        assert.ok(error <= largest * (most[format as keyof typeof most] + 0.001), `${format} ${values[i]} ${back[i]}`);
      }
    }
  }
});

test('what a format can hold stays as it is, zeros too', () => {
  const zeros = new Float32Array(32);
  const steps = Float32Array.from({ length: 32 }, (_, i) => (i % 16) - 8);
  for (const format of Object.keys(QUANTIZED)) assert.deepEqual(roundTrip(zeros, format), zeros);
  assert.deepEqual(roundTrip(steps, 'q4_0'), steps);
  assert.throws(() => quantize(zeros, 'q3_z'), /q3_z, only to q8_0/);
});
