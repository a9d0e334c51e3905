import { LanternError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import { type Folder, folderJson } from './folder.ts';
import { isJsonObject, jsonObject, shown } from './json.ts';
import { elementCount, refuseOverlap, type StoredTensor } from './stored-tensor.ts';

/** Bytes an element takes. */
const DTYPE_BYTES: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
};

/** The format's own limit for a header. */
const MAX_HEADER_BYTES = 100_000_000;

/** What the headers of one or several files say. */
export type SafetensorsHeader = {
  tensors: StoredTensor[];
  /** Strings under `__metadata__`. */
  metadata: ReadonlyMap<string, string>;
};

/** Reads and checks the header of one safetensors file: a u64 length, JSON, then the data it points into. */
export function readSafetensors(source: ByteSource): SafetensorsHeader {
  const bad = (message: string) => new LanternError('bad-checkpoint', `${source.name}: ${message}`);
  if (source.size < 10) throw bad(`${source.size} bytes are too few for a safetensors file`);
  const lengthBytes = new Uint8Array(8);
  source.read(0, lengthBytes);
  const length = Number(new DataView(lengthBytes.buffer).getBigUint64(0, true));
  const limit = Math.min(source.size - 8, MAX_HEADER_BYTES);
  if (length < 2 || length > limit) throw bad(`a header of ${length} bytes is announced, 2 to ${limit} are possible`);
  const headerBytes = new Uint8Array(length);
  source.read(8, headerBytes);
  const header = jsonObject(new TextDecoder().decode(headerBytes), `${source.name}: header`);

  const dataStart = 8 + length;
  const dataBytes = source.size - dataStart;
  const tensors: StoredTensor[] = [];
  const metadata = new Map<string, string>();
  for (const [name, entry] of Object.entries(header)) {
    if (!isJsonObject(entry)) throw bad(`header entry ${shown(name)} is no object`);
    if (name === '__metadata__') {
      for (const [key, value] of Object.entries(entry)) if (typeof value === 'string') metadata.set(key, value);
      continue;
    }
    const { dtype, shape, data_offsets: offsets } = entry;
    const tensor = `tensor ${shown(name)}`;
    const size = typeof dtype === 'string' && Object.hasOwn(DTYPE_BYTES, dtype) ? DTYPE_BYTES[dtype] : undefined;
    if (typeof dtype !== 'string' || size === undefined)
      throw bad(`${tensor} has dtype ${shown(dtype)}, known are ${Object.keys(DTYPE_BYTES).join(', ')}`);
    if (!isCounts(shape)) throw bad(`${tensor} has shape ${shown(shape)}, a list of sizes is expected`);
    if (!isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]! || offsets[1]! > dataBytes)
      throw bad(`${tensor} lies at ${shown(offsets)} of ${dataBytes} bytes of data`);
    const bytes = offsets[1]! - offsets[0]!;
    if (elementCount(shape) * size !== bytes)
      throw bad(`${tensor}, ${dtype} ${shown(shape)}, needs ${elementCount(shape) * size} bytes and has ${bytes}`);
    tensors.push({ name, format: dtype, shape, source, offset: dataStart + offsets[0]!, bytes });
  }
  refuseOverlap(tensors);
  return { tensors, metadata };
}

const INDEX = 'model.safetensors.index.json';
const SINGLE = 'model.safetensors';

/**
 * All tensors of a folder in Hugging Face layout: the shards that `model.safetensors.index.json` names, else
 * `model.safetensors`, else the one safetensors file there is. Every source that gets opened goes into `opened`.
 */
export function readSafetensorsFolder(folder: Folder, opened: ByteSource[]): SafetensorsHeader {
  const index = folderJson(folder, INDEX);
  if (!index) return readOne(folder, singleFile(folder), opened);

  const where = `${folder.path}/${INDEX}`;
  if (!isJsonObject(index.weight_map)) throw new LanternError('bad-checkpoint', `${where}: weight_map is missing`);
  const shards = new Map<string, Set<string>>();
  for (const [tensor, shard] of Object.entries(index.weight_map)) {
    if (typeof shard !== 'string' || !/^[^/\\\0]+\.safetensors$/.test(shard))
      throw new LanternError('bad-checkpoint', `${where}: ${shown(shard)} is no name of a shard in this folder`);
    const names = shards.get(shard);
    if (names) names.add(tensor);
    else shards.set(shard, new Set([tensor]));
  }
  const tensors: StoredTensor[] = [];
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [shard, names] of shards) {
    if (!folder.names.includes(shard))
      throw new LanternError(
        'missing-file',
        `${folder.path}: shard ${shard} is missing`,
        'Fetch the checkpoint again.',
      );
    const header = readOne(folder, shard, opened);
    for (const tensor of header.tensors) if (names.delete(tensor.name)) tensors.push(tensor);
    for (const name of names) throw new LanternError('bad-checkpoint', `${where}: ${shown(name)} is not in ${shard}`);
    metadata = header.metadata;
  }
  return { tensors, metadata };
}

function singleFile(folder: Folder): string {
  if (folder.names.includes(SINGLE)) return SINGLE;
  const files = folder.names.filter((name) => name.endsWith('.safetensors'));
  if (files.length === 1) return files[0]!;
  throw new LanternError(
    'missing-file',
    `${folder.path}: ${files.length ? `${files.length} safetensors files but` : 'neither'} ${SINGLE} ${files.length ? 'or' : 'nor'} ${INDEX}`,
  );
}

function readOne(folder: Folder, name: string, opened: ByteSource[]): SafetensorsHeader {
  const source = folder.open(name);
  opened.push(source);
  return readSafetensors(source);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
