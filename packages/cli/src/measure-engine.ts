import type { Engine } from '@lantern/engine';
import { Interrupted } from './interruption.ts';

/** Prompts of which the warm prefill rate is the median. */
const PREFILLS = 3;

export type EngineSpeed = {
  /** Since the process began. */
  firstTokenSeconds: number;
  /** Tokens a second of one sequence. */
  prefillRate: number;
  /** Tokens a second of all sequences together. */
  decodeRate: number;
};

/**
 * Runs one cold prompt, then warm ones, then decodes `gen` steps of `parallel` sequences together. Tokens are random
 * but the same in every run; nothing is sampled. Throws `Interrupted` soon after `signal` aborts.
 */
export async function measureEngine(
  engine: Engine,
  { prompt, gen, parallel, signal }: { prompt: number; gen: number; parallel: number; signal: AbortSignal },
): Promise<EngineSpeed> {
  const { states, config } = engine;
  const nextId = randomIds(config.vocabSize);
  const prefill = () => readPrompt(engine, Array.from({ length: prompt }, nextId), signal);

  states.drop(await prefill());
  const firstTokenSeconds = performance.now() / 1000;

  const live: Awaited<ReturnType<typeof prefill>>[] = [];
  const prefillTimes: number[] = [];
  for (let i = 0; i < Math.max(PREFILLS, parallel); i++) {
    if (live.length === parallel) states.drop(live.shift()!);
    const began = performance.now();
    live.push(await prefill());
    prefillTimes.push(performance.now() - began);
  }

  const stepTimes: number[] = [];
  for (let step = 0; step < gen; step++) {
    await breathe(signal);
    const chunks = live.map((state) => ({ state, ids: [nextId()], outputs: 'last' as const }));
    const began = performance.now();
    states.runBatch(chunks);
    stepTimes.push(performance.now() - began);
  }
  for (const state of live) states.drop(state);
  return {
    firstTokenSeconds,
    prefillRate: (1000 * prompt) / median(prefillTimes),
    decodeRate: (1000 * parallel) / median(stepTimes),
  };
}

/** A new sequence that has read `ids`, up to the logits after the last. Throws `Interrupted` soon after `signal` aborts. */
export async function readPrompt({ states, maxBatchTokens }: Engine, ids: readonly number[], signal: AbortSignal) {
  const state = states.create();
  for (let from = 0; from < ids.length; from += maxBatchTokens) {
    await breathe(signal);
    const outputs = from + maxBatchTokens >= ids.length ? 'last' : 'none';
    states.runBatch([{ state, ids: ids.slice(from, from + maxBatchTokens), outputs }]);
  }
  return state;
}

/** Lets Ctrl-C be heard between two batches. */
export async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise((resume) => setImmediate(resume));
  if (signal.aborted) throw new Interrupted();
}

/** Token ids that are the same in every run. */
export function randomIds(vocabSize: number): () => number {
  let seed = 1;
  return () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * vocabSize);
  };
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
