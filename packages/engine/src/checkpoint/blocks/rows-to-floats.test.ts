import assert from 'node:assert/strict';
import { test } from 'node:test';
import { E4M3 } from './e4m3.ts';
import { rowsToFloats } from './rows-to-floats.ts';

test('e4m3 has the values of its definition', () => {
  assert.equal(E4M3[0x00], 0);
  assert.equal(E4M3[0x01], 2 ** -9);
  assert.equal(E4M3[0x07], 7 * 2 ** -9);
  assert.equal(E4M3[0x08], 2 ** -6);
  assert.equal(E4M3[0x38], 1);
  assert.equal(E4M3[0x7e], 448);
  assert.equal(E4M3[0xfe], -448);
  assert.ok(Number.isNaN(E4M3[0x7f]) && Number.isNaN(E4M3[0xff]));
});

test('bf16 and f16 become the floats they stand for', () => {
  const out = new Float32Array(4);
  rowsToFloats({ kind: 'bf16', bits: Uint16Array.of(0x3f80, 0xc000, 0x0001, 0x7f80) }, { kind: 'bf16' }, 2, out);
  assert.deepEqual([...out], [1, -2, 2 ** -133, Infinity]);
  rowsToFloats({ kind: 'f16', bits: Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff) }, { kind: 'f16' }, 4, out);
  assert.deepEqual([...out], [1, -2, 2 ** -24, 65504]);
});

test('fp8 rows take a scale for each 128 columns, the last span partial', () => {
  const columns = 130;
  const codes = new Uint8Array(2 * columns).fill(0x38);
  const out = new Float32Array(2 * columns);
  rowsToFloats({ kind: 'fp8', codes, scales: Float32Array.of(1, 2, 3, 4) }, { kind: 'fp8' }, columns, out);
  assert.deepEqual([out[0], out[127], out[128], out[129], out[130], out[257], out[258]], [1, 1, 2, 2, 3, 3, 4]);
});
