import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openCheckpoint } from '@lantern/engine/node';
import { ggufConfigMetadata, ggufTokenizerMetadata } from '../../packages/engine/src/checkpoint/gguf-metadata.ts';
import type { StoredTensor } from '../../packages/engine/src/checkpoint/stored-tensor.ts';
import { writeGguf } from '../../packages/engine/src/checkpoint/write-gguf.ts';
import type { ModelConfig } from '../../packages/engine/src/model/config.ts';
import type { TokenizerSource } from '../../packages/engine/src/tokenizer/source.ts';
import { benchShape, TRAINED } from './bench-shapes.ts';
import { CACHE } from './cache.ts';
import { formatTensors } from './format-tensors.ts';
import { randomTokenizer } from './random-tokenizer.ts';
import { TRAINED_MODEL } from './trained-model.ts';
import { trainedTensors } from './trained-tensors.ts';

/** To be raised when files of an older make would differ. */
const MAKE = 1;
const SEED = 1;

export type CheckpointFile = { path: string; bytes: number };

/** A GGUF file of random weights in a shape and a format, or of the trained model. The same each time; made once and kept. */
export function checkpointFile(shape: string, format: string): CheckpointFile {
  const path = join(CACHE, `${shape}-${format}-${MAKE}.gguf`);
  if (!existsSync(path)) {
    mkdirSync(CACHE, { recursive: true });
    const unfinished = `${path}.${process.pid}`;
    if (shape === TRAINED) writeTrained(unfinished, format);
    else {
      const config = benchShape(shape);
      write(unfinished, config, randomTokenizer(SEED), formatTensors(config, format, SEED));
    }
    renameSync(unfinished, path);
  }
  return { path, bytes: statSync(path).size };
}

function writeTrained(path: string, format: string): void {
  const { config, weights, tokenizer, close } = openCheckpoint(TRAINED_MODEL);
  try {
    write(path, config, tokenizer!, trainedTensors(config, weights(), format));
  } finally {
    close();
  }
}

function write(path: string, config: ModelConfig, tokenizer: TokenizerSource, tensors: readonly StoredTensor[]): void {
  const metadata = ggufConfigMetadata(config);
  for (const [key, entry] of ggufTokenizerMetadata(tokenizer, null, config.vocabSize)) metadata.set(key, entry);
  writeGguf(path, metadata, tensors);
}
