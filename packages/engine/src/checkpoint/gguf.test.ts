import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LanternError } from '../errors.ts';
import { memorySource } from './byte-source.ts';
import { type GgufHeader, readGguf } from './gguf.ts';
import { type GgufEntry, type GgufTensorShape, ggufHeader } from './gguf-header.ts';
import { readGgufModel } from './gguf-split.ts';
import { GgufStrings } from './gguf-strings.ts';
import { memoryFolder } from './test-support.ts';

const refuses = (run: () => unknown, message: RegExp) =>
  assert.throws(run, (error) => error instanceof LanternError && message.test(error.message));

function file(metadata: Record<string, GgufEntry> = {}, tensors: GgufTensorShape[] = [], data = 0): Uint8Array {
  const { bytes } = ggufHeader(new Map(Object.entries(metadata)), tensors);
  const out = new Uint8Array(bytes.length + data);
  out.set(bytes);
  return out;
}

/** Header, counts, one metadata entry of a type and raw bytes. */
function rawEntry(type: number, ...bytes: number[]): Uint8Array {
  const out = new Uint8Array(24 + 8 + 1 + 4 + bytes.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, 0x46554747, true);
  view.setUint32(4, 3, true);
  view.setUint32(16, 1, true);
  view.setUint32(24, 1, true);
  out[32] = 107; // "k"
  view.setUint32(33, type, true);
  out.set(bytes, 37);
  return out;
}

const u64 = (n: number) => [n & 255, (n >> 8) & 255, (n >> 16) & 255, n >>> 24, 0, 0, 0, 0];
const u32 = (n: number) => u64(n).slice(0, 4);
const read = (bytes: Uint8Array): GgufHeader => readGguf(memorySource('x', bytes), () => memorySource('x', bytes));
const value = (bytes: Uint8Array) => {
  const found = read(bytes).metadata.get('k');
  return found instanceof GgufStrings ? found.decode() : found;
};

test('every kind of value is read', () => {
  const cases: [number, number[], unknown][] = [
    [0, [200], 200],
    [1, [200], -56],
    [2, [1, 2], 513],
    [3, [0, 0x80], -32768],
    [4, [0, 0, 0, 0x80], 2 ** 31],
    [5, [0, 0, 0, 0x80], -(2 ** 31)],
    [6, [0, 0, 0xc0, 0x3f], 1.5],
    [7, [1], true],
    [8, [...u64(3), 0xef, 0xbb, 0xbf], '\ufeff'],
    [9, [...u32(0), ...u64(2), 5, 6], Uint8Array.of(5, 6)],
    [9, [...u32(7), ...u64(2), 1, 0], Uint8Array.of(1, 0)],
    [9, [...u32(3), ...u64(1), 0, 0x80], Int16Array.of(-32768)],
    [9, [...u32(10), ...u64(1), ...u64(7)], Float64Array.of(7)],
    [9, [...u32(8), ...u64(2), ...u64(1), 65, ...u64(0)], ['A', '']],
    [9, [...u32(9), ...u64(1), ...u32(0), ...u64(1), 5], [Uint8Array.of(5)]],
    [10, [0, 0, 0, 0, 1, 0, 0, 0], 2 ** 32],
    [11, [255, 255, 255, 255, 255, 255, 255, 255], -1],
    [12, [0, 0, 0, 0, 0, 0, 0xf8, 0x3f], 1.5],
  ];
  for (const [type, bytes, expected] of cases) assert.deepEqual(value(rawEntry(type, ...bytes)), expected);
});

test('long string arrays keep every string, also what is no UTF-8', () => {
  const strings = Array.from(
    { length: 40_000 },
    (_, i) => `${i % 7 === 0 ? '\u{1f600}' : 'ä'}${i}${i % 5 === 0 ? 'Ġ'.repeat(i % 60) : ''}`,
  );
  strings[3] = 'x'.repeat(3_000_000);
  assert.deepEqual(value(file({ k: { type: 'strings', value: strings } })), strings);
  const invalid = rawEntry(9, ...u32(8), ...u64(3), ...u64(1), 0xc3, ...u64(1), 65, ...u64(2), 0xc3, 0xa4);
  assert.deepEqual(value(invalid), ['\ufffd', 'A', 'ä']);
  const cut = rawEntry(9, ...u32(8), ...u64(2), ...u64(1), 65, ...u64(2), 65);
  refuses(() => value(cut), /2 bytes of a string are announced, but only 1 bytes follow/);
});

test('strings are read when they are asked for, from a file that must still be the same', () => {
  const bytes = file({ k: { type: 'strings', value: ['A', 'BCD'] } });
  let now = bytes;
  let open = 0;
  const reopen = () => {
    open++;
    return { ...memorySource('x', now), close: () => void open-- };
  };
  const { metadata } = readGguf(memorySource('x', bytes), reopen);
  const strings = metadata.get('k') as GgufStrings;
  assert.deepEqual(strings.decode(), ['A', 'BCD']);
  const changed = /x has changed since it was opened; its vocabulary is not where it was/;
  now = bytes.subarray(0, -1);
  refuses(() => strings.decode(), changed);
  for (const length of [2, 4, 255]) {
    now = bytes.slice();
    now[24 + 8 + 1 + 4 + 4 + 8 + 8 + 1] = length;
    refuses(() => strings.decode(), changed);
  }
  assert.equal(open, 0, 'what was opened is closed');
});

test('tensors have their outermost dimension first and lie aligned', () => {
  const tensors = [
    { name: 'a', format: 'Q4_0', shape: [3, 64], bytes: 108 },
    { name: 'b', format: 'F32', shape: [2], bytes: 8 },
  ];
  const bytes = file({ 'general.alignment': { type: 'u32', value: 32 } }, tensors, 128 + 8);
  const found = read(bytes).tensors;
  assert.deepEqual(
    found.map(({ name, format, shape, offset, bytes: size }) => [name, format, shape, offset - found[0]!.offset, size]),
    [
      ['a', 'Q4_0', [3, 64], 0, 108],
      ['b', 'F32', [2], 128, 8],
    ],
  );
});

test('counts and lengths beyond the file are refused before anything is allocated', () => {
  const huge = u64(0xffffffff).map((byte, i) => (i < 7 ? 255 : byte));
  refuses(() => value(rawEntry(8, ...huge)), /bytes of a string are announced, but only 0 bytes follow/);
  refuses(() => value(rawEntry(9, ...u32(4), ...huge)), /array elements are announced/);
  refuses(() => value(rawEntry(9, ...u32(8), ...huge)), /array elements are announced/);
  const counts = file();
  counts.set(huge, 8);
  refuses(() => read(counts), /tensors are announced/);
  const values = file();
  values.set(huge, 16);
  refuses(() => read(values), /metadata entries are announced/);
});

test('headers that cannot be true are refused', () => {
  refuses(() => read(new Uint8Array(30)), /not a GGUF file/);
  const version = file();
  version[4] = 1;
  refuses(() => read(version), /GGUF version 1, known are 2 and 3/);
  refuses(() => value(rawEntry(13, 0)), /type 13, known are 0 to 12/);
  refuses(() => value(rawEntry(9, ...u32(13), ...u64(0))), /array of type 13/);
  const nested = Array.from({ length: 50 }, () => [...u32(9), ...u64(1)]).flat();
  refuses(() => value(rawEntry(9, ...nested)), /nested more than 3 deep/);
  refuses(() => read(file().subarray(0, 20)), /not a GGUF file/);
  const twice = new Uint8Array([...rawEntry(0, 1), ...u64(1), 107, ...u32(0), 1]);
  twice[16] = 2;
  refuses(() => read(twice), /metadata key "k" occurs twice/);
  const shape = (format: string, dims: number[], bytes: number) => [{ name: 'a', format, shape: dims, bytes }];
  refuses(() => read(file({}, shape('Q4_0', [2, 48], 54), 64)), /rows of 48, not a multiple of 32/);
  refuses(() => read(file({}, shape('F32', [1, 1, 1, 1, 2], 8), 64)), /5 dimensions, 1 to 4/);
  refuses(() => read(file({}, shape('F32', [0], 0), 64)), /impossible shape \[0\]/);
  refuses(() => read(file({}, shape('F32', [2 ** 52, 2 ** 52], 0), 64)), /impossible shape/);
  refuses(() => read(file({}, shape('F32', [64], 256), 64)), /tensor "a" ends at byte \d+, the file at \d+/);
  refuses(
    () => read(file({}, [...shape('F32', [64], 32), { name: 'b', format: 'F32', shape: [1], bytes: 4 }], 512)),
    /a and b overlap/,
  );
  refuses(() => read(file({}, [...shape('F32', [1], 4), ...shape('F32', [1], 4)], 64)), /"a" occurs twice/);
  refuses(
    () => read(file({ 'general.alignment': { type: 'u32', value: 33 } })),
    /general.alignment is 33, a power of two/,
  );
  const unknown = file({}, shape('F32', [1], 4), 32);
  unknown.set(u32(99), 24 + 8 + 1 + 4 + 8);
  refuses(() => read(unknown), /type 99, which is not known/);
});

test('parts of a split model are put together, whichever is named', () => {
  const part = (no: number, name: string, count = 2) =>
    file(
      {
        'split.no': { type: 'u32', value: no },
        'split.count': { type: 'u32', value: count },
        'split.tensors.count': { type: 'i32', value: 2 },
      },
      [{ name, format: 'F32', shape: [1], bytes: 4 }],
      32,
    );
  const first = 'm-00001-of-00002.gguf';
  const second = 'm-00002-of-00002.gguf';
  const open = (files: Record<string, Uint8Array>, name = first) => readGgufModel(memoryFolder(files), name, []);
  const files = { [first]: part(0, 'a'), [second]: part(1, 'b') };
  for (const name of [first, second])
    assert.deepEqual(
      open(files, name).tensors.map((t) => t.name),
      ['a', 'b'],
    );
  refuses(() => open({ [first]: files[first]! }), /m-00002-of-00002.gguf is missing/);
  refuses(() => open({ [second]: files[second]! }, second), /m-00001-of-00002.gguf is missing/);
  refuses(() => open({ ...files, [second]: part(0, 'b') }), /split.no is 0, not 1/);
  refuses(
    () => open({ [first]: part(0, 'a', 3), [second]: part(1, 'b', 3) }),
    /one of 3 parts, but its name does not end in -00001-of-00003/,
  );
  refuses(() => open({ 'm.gguf': part(0, 'a') }, 'm.gguf'), /one of 2 parts/);
  const three = file(
    { 'split.no': { type: 'u32', value: 1 } },
    [
      { name: 'b', format: 'F32', shape: [1], bytes: 4 },
      { name: 'c', format: 'F32', shape: [1], bytes: 4 },
    ],
    64,
  );
  refuses(() => open({ ...files, [second]: three }), /2 tensors are announced, the parts have 3/);
});
