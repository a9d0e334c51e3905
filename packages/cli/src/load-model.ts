import type { Checkpoint, Engine, EngineOptions } from '@lantern/engine';
import { EngineSource } from './engine-source.ts';
import { modelPath } from './hub/model-path.ts';
import type { ModelOptions } from './model-options.ts';
import { ProgressBar } from './progress-bar.ts';
import { readSpeculation } from './speculative-config.ts';

/** Opens the checkpoint at a path or of a pulled name, or the built-in one; `mmproj` is the vision tower of a GGUF model. */
export async function openModel(
  path: string | undefined,
  { mmproj }: { mmproj?: string | undefined } = {},
): Promise<Checkpoint> {
  const { openCheckpoint } = await import('@lantern/engine/node');
  return openCheckpoint(await modelPath(path), mmproj === undefined ? {} : { mmproj });
}

/** Engine options that the command line's options stand for. Throws a UsageError where one cannot be read. */
export async function engineOptions(options: ModelOptions): Promise<EngineOptions> {
  const { backend, threads, context, exact, revectorize, speculativeConfig } = options;
  return {
    revectorize,
    ...(backend && { backend }),
    ...(threads && { threads }),
    ...(context && { contextTokens: context }),
    ...(exact && { exact }),
    ...(speculativeConfig !== undefined && { speculation: await readSpeculation(speculativeConfig) }),
  };
}

/** Loads a checkpoint's weights with a progress bar. */
export async function loadModel(checkpoint: Checkpoint, options: EngineOptions): Promise<Engine> {
  const { loadEngine } = await import('@lantern/engine');
  return withProgressBar((onProgress) => loadEngine(checkpoint, { ...options, onProgress }));
}

/** The same as what commands ask. */
export async function loadSource(checkpoint: Checkpoint, options: EngineOptions): Promise<EngineSource> {
  return new EngineSource(await loadModel(checkpoint, options), checkpoint.path);
}

/** An engine on random weights in the shape of a released size, made with a progress bar. */
export async function makeModel(shape: string, quant: string, options: EngineOptions): Promise<Engine> {
  const { createEngine, parseRandomQuant, randomWeights, shapeConfig } = await import('@lantern/engine');
  const config = shapeConfig(shape);
  const weights = randomWeights(config, parseRandomQuant(quant), 1);
  return withProgressBar((onProgress) => createEngine(config, weights, { ...options, onProgress }));
}

async function withProgressBar(
  load: (onProgress: (done: number, total: number) => void) => Promise<Engine>,
): Promise<Engine> {
  const bar = new ProgressBar('loading');
  try {
    return await load((done, total) => bar.update(done, total));
  } finally {
    bar.clear();
  }
}
