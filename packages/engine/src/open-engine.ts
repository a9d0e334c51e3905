import { openCheckpoint } from './checkpoint/open-checkpoint.ts';
import type { Engine } from './engine.ts';
import { type EngineOptions, loadEngine } from './load-engine.ts';

/** An engine on the checkpoint at a path: a folder in Hugging Face layout, a folder with one GGUF, or a `.gguf` file. */
export async function openEngine(path: string, options?: EngineOptions): Promise<Engine> {
  const checkpoint = openCheckpoint(path);
  try {
    return await loadEngine(checkpoint, options);
  } finally {
    checkpoint.close();
  }
}
