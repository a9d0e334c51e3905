import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LanternError } from '../errors.ts';
import { memorySource } from './byte-source.ts';
import { readSafetensors, readSafetensorsFolder } from './safetensors.ts';
import { memoryFolder, safetensorsFile } from './test-support.ts';

const read = (header: string, bytes = 0) =>
  readSafetensors(memorySource('x', safetensorsFile(header, new Uint8Array(bytes))));
const tensor = (fields: object) => JSON.stringify({ t: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...fields } });
const refuses = (run: () => unknown, message: RegExp) =>
  assert.throws(run, (error) => error instanceof LanternError && message.test(error.message));

test('a header is read with its metadata', () => {
  const header =
    '{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[],"data_offsets":[8,10]}}';
  const { tensors, metadata } = read(header, 10);
  assert.deepEqual(
    tensors.map(({ name, format, shape, offset, bytes }) => [name, format, shape, offset - 8 - header.length, bytes]),
    [
      ['a', 'F32', [2, 1], 0, 8],
      ['b', 'BF16', [], 8, 2],
    ],
  );
  assert.equal(metadata.get('format'), 'pt');
});

test('headers that cannot be true are refused', () => {
  refuses(() => readSafetensors(memorySource('x', new Uint8Array(4))), /4 bytes are too few/);
  const absurd = safetensorsFile('{}');
  new DataView(absurd.buffer).setBigUint64(0, 2n ** 63n, true);
  refuses(
    () => readSafetensors(memorySource('x', absurd)),
    /a header of 9223372036854776000 bytes is announced, 2 to 2/,
  );
  refuses(() => read('{"a'), /header: not JSON/);
  refuses(() => read('[1]'), /a JSON object is expected/);
  refuses(() => read('{"a":1}'), /"a" is no object/);
  refuses(() => read(tensor({ dtype: 'F3' }), 8), /dtype "F3", known are/);
  refuses(() => read(tensor({ dtype: 'constructor' }), 8), /dtype "constructor", known are/);
  refuses(() => read(tensor({ shape: [-2] }), 8), /shape \[-2\]/);
  refuses(() => read(tensor({ shape: [1.5] }), 8), /shape \[1.5\]/);
  refuses(() => read(tensor({ shape: [3] }), 8), /needs 12 bytes and has 8/);
  refuses(() => read(tensor({ data_offsets: [0, 16] }), 8), /lies at \[0,16\] of 8 bytes/);
  refuses(() => read(tensor({ data_offsets: [8, 0] }), 8), /lies at \[8,0\]/);
  refuses(() => read(tensor({ data_offsets: [0] }), 8), /lies at \[0\]/);
  const overlapping =
    '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}';
  refuses(() => read(overlapping, 12), /tensors a and b overlap/);
});

test('shards come from the index alone and stay in their folder', () => {
  const shard = (name: string) =>
    safetensorsFile(`{"${name}":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, new Uint8Array(1));
  const index = (map: unknown) => JSON.stringify({ weight_map: map });
  const open = (files: Record<string, Uint8Array | string>) => readSafetensorsFolder(memoryFolder(files), []);
  const name = 'model.safetensors.index.json';
  const files = { 'a.safetensors': shard('a'), 'b.safetensors': shard('b'), 'stray.safetensors': shard('a') };

  const found = open({ ...files, [name]: index({ a: 'a.safetensors', b: 'b.safetensors' }) });
  assert.deepEqual(
    found.tensors.map((t) => [t.name, t.source.name]),
    [
      ['a', 'memory/a.safetensors'],
      ['b', 'memory/b.safetensors'],
    ],
  );
  for (const path of ['../a.safetensors', '/a.safetensors', 'x/a.safetensors', 'x\\a.safetensors', 'a.bin', 3])
    refuses(() => open({ ...files, [name]: index({ a: path }) }), /is no name of a shard in this folder/);
  refuses(() => open({ ...files, [name]: index({ a: 'c.safetensors' }) }), /shard c.safetensors is missing/);
  refuses(() => open({ ...files, [name]: index({ b: 'a.safetensors' }) }), /"b" is not in a.safetensors/);
  refuses(() => open({ ...files, [name]: '{}' }), /weight_map is missing/);
  refuses(() => open(files), /3 safetensors files but model.safetensors or model.safetensors.index.json/);
  refuses(() => open({}), /neither model.safetensors nor/);
  assert.equal(open({ 'a.safetensors': shard('a') }).tensors.length, 1);
});
