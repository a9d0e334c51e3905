import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ggufConfigMetadata, ggufTokenizerMetadata } from '../../packages/engine/src/checkpoint/gguf-metadata.ts';
import { writeGguf } from '../../packages/engine/src/checkpoint/write-gguf.ts';
import { benchShape } from './bench-shapes.ts';
import { CACHE } from './cache.ts';
import { formatTensors } from './format-tensors.ts';
import { randomTokenizer } from './random-tokenizer.ts';

/** To be raised when files of an older make would differ. */
const MAKE = 1;
const SEED = 1;

export type CheckpointFile = { path: string; bytes: number };

/** A GGUF file of random weights in a shape and a format. The same each time; made once and kept. */
export function checkpointFile(shape: string, format: string): CheckpointFile {
  const path = join(CACHE, `${shape}-${format}-${MAKE}.gguf`);
  if (!existsSync(path)) {
    mkdirSync(CACHE, { recursive: true });
    const config = benchShape(shape);
    const metadata = ggufConfigMetadata(config);
    for (const [key, entry] of ggufTokenizerMetadata(randomTokenizer(SEED), null, config.vocabSize))
      metadata.set(key, entry);
    const unfinished = `${path}.${process.pid}`;
    writeGguf(unfinished, metadata, formatTensors(config, format, SEED));
    renameSync(unfinished, path);
  }
  return { path, bytes: statSync(path).size };
}
