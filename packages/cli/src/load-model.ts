import type { Checkpoint, Engine, EngineOptions } from '@lantern/engine';
import { builtInModel } from './built-in-model.ts';
import type { ModelOptions } from './model-options.ts';
import { ProgressBar } from './progress-bar.ts';

/** Opens the named checkpoint, or the built-in one. */
export async function openModel(path: string | undefined): Promise<Checkpoint> {
  const { openCheckpoint } = await import('@lantern/engine/node');
  return openCheckpoint(path ?? builtInModel());
}

/** Engine options that the command line's options stand for. */
export function engineOptions(options: ModelOptions): EngineOptions {
  const { backend, threads, context, exact, revectorize } = options;
  return {
    revectorize,
    ...(backend && { backend }),
    ...(threads && { threads }),
    ...(context && { contextTokens: context }),
    ...(exact && { exact }),
  };
}

/** Loads a checkpoint's weights with a progress bar. */
export async function loadModel(checkpoint: Checkpoint, options: EngineOptions): Promise<Engine> {
  const { loadEngine } = await import('@lantern/engine');
  const bar = new ProgressBar('loading');
  try {
    return await loadEngine(checkpoint, { ...options, onProgress: (done, total) => bar.update(done, total) });
  } finally {
    bar.clear();
  }
}
