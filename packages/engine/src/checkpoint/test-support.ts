import { fileURLToPath } from 'node:url';
import { decodeMatrix } from '../reference/decode-matrix.ts';
import { type ByteSource, memorySource } from './byte-source.ts';
import type { Folder } from './folder.ts';
import type { StoredTensor } from './stored-tensor.ts';
import type { ModelWeights, WeightMatrix } from './weights.ts';

/** Path of a test fixture of the engine. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
}

/** Files in memory as a folder; opened sources read through copies, so files can be changed afterwards. */
export function memoryFolder(files: Record<string, Uint8Array | string>): Folder {
  return {
    path: 'memory',
    names: Object.keys(files).sort(),
    open(name): ByteSource {
      const file = files[name]!;
      return memorySource(`memory/${name}`, typeof file === 'string' ? new TextEncoder().encode(file) : file.slice());
    },
  };
}

/** A tensor in memory. */
export function memoryTensor(
  name: string,
  format: string,
  shape: number[],
  data: Uint8Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float16Array,
): StoredTensor {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, format, shape, source: memorySource('memory', bytes), offset: 0, bytes: bytes.length };
}

/** A safetensors file with a given header, whatever it says. */
export function safetensorsFile(header: string, data = new Uint8Array(0)): Uint8Array {
  const text = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
}

/** Everything in a set of weights as floats, by its path in the canonical names: `layers.0.mixer.qkv`. */
export function floatsOf(weights: ModelWeights): Map<string, Float32Array> {
  const floats = new Map<string, Float32Array>();
  const visit = (value: unknown, path: string) => {
    if (value instanceof Float32Array) floats.set(path, value);
    else if (isMatrix(value)) floats.set(path, decodeMatrix(value));
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) visit(inner, path ? `${path}.${key}` : key);
  };
  visit(weights, '');
  return floats;
}

function isMatrix(value: unknown): value is WeightMatrix {
  return typeof value === 'object' && value !== null && 'read' in value;
}
