import { closeSync, openSync, writeSync } from 'node:fs';
import { LanternError } from '../errors.ts';
import type { ModelConfig } from '../model/config.ts';
import type { TokenizerSource } from '../tokenizer/source.ts';
import { aligned, type GgufEntry, ggufHeader } from './gguf-header.ts';
import { ggufConfigMetadata, ggufTokenizerMetadata } from './gguf-metadata.ts';
import type { RandomQuant } from './random-blocks.ts';
import { randomTensors } from './random-weights.ts';
import type { StoredTensor } from './stored-tensor.ts';

/** Bytes copied at a time. */
const STAGING_BYTES = 4 << 20;

/**
 * Writes a GGUF file (Node only). Tensors are copied as they are stored, piece by piece, from wherever they lie; their
 * formats must be ones that GGUF knows. Returns its size in bytes.
 */
export function writeGguf(
  path: string,
  metadata: ReadonlyMap<string, GgufEntry>,
  tensors: readonly StoredTensor[],
): number {
  const header = ggufHeader(metadata, tensors);
  const failed = (error: unknown) =>
    new LanternError('bad-input', `${path}: cannot be written (${(error as NodeJS.ErrnoException).code})`);
  let size = 0;
  let handle: number;
  try {
    handle = openSync(path, 'w');
  } catch (error) {
    throw failed(error);
  }
  const write = (bytes: Uint8Array) => {
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done);
    } catch (error) {
      throw failed(error);
    }
    size += bytes.length;
  };
  try {
    write(header.bytes);
    const staging = new Uint8Array(STAGING_BYTES);
    for (const { source, offset, bytes } of tensors) {
      for (let done = 0; done < bytes; ) {
        const piece = staging.subarray(0, Math.min(bytes - done, STAGING_BYTES));
        source.read(offset + done, piece);
        write(piece);
        done += piece.length;
      }
      write(new Uint8Array(aligned(bytes) - bytes));
    }
  } finally {
    closeSync(handle);
  }
  return size;
}

/**
 * Writes a GGUF file of any shape with random weights (Node only), with a tokenizer and a template if they are given.
 * Returns its size in bytes.
 */
export function writeRandomGguf(
  path: string,
  config: ModelConfig,
  quant: RandomQuant,
  seed: number,
  tokenizer: TokenizerSource | null = null,
  chatTemplate: string | null = null,
): number {
  const metadata = ggufConfigMetadata(config);
  if (tokenizer)
    for (const [key, entry] of ggufTokenizerMetadata(tokenizer, chatTemplate, config.vocabSize))
      metadata.set(key, entry);
  return writeGguf(path, metadata, randomTensors(config, quant, seed));
}
