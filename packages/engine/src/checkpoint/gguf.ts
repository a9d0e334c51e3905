import { LanternError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import { GgufCursor } from './gguf-cursor.ts';
import type { GgufStrings } from './gguf-strings.ts';
import { ggufTypeById } from './gguf-types.ts';
import { shown } from './json.ts';
import { elementCount, refuseOverlap, type StoredTensor } from './stored-tensor.ts';

/** A metadata value. Numbers of 64 bits are rounded to doubles; arrays of booleans are bytes 0 and 1. */
export type GgufValue = number | boolean | string | GgufStrings | GgufNumbers | GgufValue[];
/** An array of numbers, of the width it has in the file. */
export type GgufNumbers =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;
/** Metadata by key. */
export type GgufMetadata = ReadonlyMap<string, GgufValue>;
/** What stands in front of the data: metadata, and where the tensors lie. */
export type GgufHeader = { metadata: GgufMetadata; tensors: StoredTensor[] };

const MAX_DIMENSIONS = 4;
/** Arrays of arrays; no known key has any. */
const MAX_DEPTH = 3;
const STRING = 8;
const ARRAY = 9;
/** Bytes of a value of each type: a string's length, an array's type and length. */
const VALUE_BYTES = [1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8];

/** Reads and checks the header of one GGUF file (version 2 or 3). `reopen` opens the same file again, for its strings. */
export function readGguf(source: ByteSource, reopen: () => ByteSource): GgufHeader {
  const cursor = new GgufCursor(source, reopen);
  if (source.size < 24 || cursor.u32() !== 0x46554747) throw cursor.bad('not a GGUF file');
  const version = cursor.u32();
  if (version !== 2 && version !== 3)
    throw new LanternError('unsupported', `${source.name}: GGUF version ${version}, known are 2 and 3`);
  const tensorCount = cursor.count('tensors', 24);
  const valueCount = cursor.count('metadata entries', 13);
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < valueCount; i++) {
    const key = cursor.string();
    if (metadata.has(key)) throw cursor.bad(`metadata key ${shown(key)} occurs twice`);
    metadata.set(key, readValue(cursor, cursor.u32(), 0));
  }
  const tensors: StoredTensor[] = [];
  const names = new Set<string>();
  for (let i = 0; i < tensorCount; i++) {
    const tensor = readTensorInfo(cursor);
    if (names.has(tensor.name)) throw cursor.bad(`tensor ${shown(tensor.name)} occurs twice`);
    names.add(tensor.name);
    tensors.push(tensor);
  }

  const alignment = metadata.get('general.alignment') ?? 32;
  if (typeof alignment !== 'number' || !Number.isInteger(Math.log2(alignment)) || alignment < 1 || alignment > 1 << 24)
    throw cursor.bad(`general.alignment is ${shown(alignment)}, a power of two is expected`);
  const dataStart = Math.ceil(cursor.offset / alignment) * alignment;
  for (const tensor of tensors) {
    if (tensor.offset % alignment !== 0)
      throw cursor.bad(`tensor ${shown(tensor.name)} starts at ${tensor.offset}, not a multiple of ${alignment}`);
    tensor.offset += dataStart;
    if (tensor.offset + tensor.bytes > source.size)
      throw new LanternError(
        'bad-checkpoint',
        `${source.name}: tensor ${shown(tensor.name)} ends at byte ${tensor.offset + tensor.bytes}, the file at ${source.size}`,
        'It is truncated; fetch it again.',
      );
  }
  refuseOverlap(tensors);
  return { metadata, tensors };
}

/** Name, dimensions (innermost first in the file), type and an offset that still counts from the data's start. */
function readTensorInfo(cursor: GgufCursor): StoredTensor {
  const name = cursor.string();
  const tensor = `tensor ${shown(name)}`;
  const dimensions = cursor.u32();
  if (dimensions < 1 || dimensions > MAX_DIMENSIONS)
    throw cursor.bad(`${tensor} has ${dimensions} dimensions, 1 to ${MAX_DIMENSIONS} are allowed`);
  const shape: number[] = [];
  for (let d = 0; d < dimensions; d++) shape.unshift(cursor.u64());
  const count = elementCount(shape);
  if (!Number.isSafeInteger(count) || count < 1) throw cursor.bad(`${tensor} has the impossible shape ${shown(shape)}`);
  const id = cursor.u32();
  const type = ggufTypeById(id);
  if (!type)
    throw new LanternError('unsupported', `${cursor.source.name}: ${tensor} has type ${id}, which is not known`);
  const columns = shape.at(-1)!;
  if (columns % type.weights !== 0)
    throw cursor.bad(`${tensor}, ${type.name}, has rows of ${columns}, not a multiple of ${type.weights}`);
  const offset = cursor.u64();
  const bytes = (count / type.weights) * type.bytes;
  return { name, format: type.name, shape, source: cursor.source, offset, bytes };
}

function readValue(cursor: GgufCursor, type: number, depth: number): GgufValue {
  switch (type) {
    case 0:
      return cursor.u8();
    case 1:
      return cursor.i8();
    case 2:
      return cursor.u16();
    case 3:
      return cursor.i16();
    case 4:
      return cursor.u32();
    case 5:
      return cursor.i32();
    case 6:
      return cursor.f32();
    case 7:
      return cursor.u8() !== 0;
    case STRING:
      return cursor.string();
    case ARRAY:
      return readArray(cursor, depth);
    case 10:
      return cursor.u64();
    case 11:
      return cursor.i64();
    case 12:
      return cursor.f64();
    default:
      throw cursor.bad(`metadata of type ${type}, known are 0 to 12`);
  }
}

function readArray(cursor: GgufCursor, depth: number): GgufValue {
  const type = cursor.u32();
  const size = VALUE_BYTES[type];
  if (size === undefined) throw cursor.bad(`an array of type ${type}, known are 0 to 12`);
  const count = cursor.count('array elements', size);
  if (type === STRING) return cursor.strings(count);
  if (type === ARRAY) {
    if (depth >= MAX_DEPTH) throw cursor.bad(`arrays nested more than ${MAX_DEPTH} deep`);
    const arrays: GgufValue[] = [];
    for (let i = 0; i < count; i++) arrays.push(readArray(cursor, depth + 1));
    return arrays;
  }
  if (type >= 10 && type < 12) {
    const numbers = new Float64Array(count);
    for (let i = 0; i < count; i++) numbers[i] = type === 10 ? cursor.u64() : cursor.i64();
    return numbers;
  }
  const { buffer } = cursor.bytes(count * size).slice();
  switch (type) {
    case 0:
    case 7:
      return new Uint8Array(buffer);
    case 1:
      return new Int8Array(buffer);
    case 2:
      return new Uint16Array(buffer);
    case 3:
      return new Int16Array(buffer);
    case 4:
      return new Uint32Array(buffer);
    case 5:
      return new Int32Array(buffer);
    case 6:
      return new Float32Array(buffer);
    default:
      return new Float64Array(buffer);
  }
}
