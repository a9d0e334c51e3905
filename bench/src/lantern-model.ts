import { type Engine, type Job, PAGE_TOKENS, type SequenceState } from '@lantern/engine';
import { openEngine } from '@lantern/engine/node';
import { logitRows } from '../../packages/engine/src/generate/logit-rows.ts';
import type { BenchModel, Setup } from './bench-model.ts';
import { fileCosts } from './file-costs.ts';

/** A model in Lantern's engine with its default options; `exact`: with activations in f32 throughout. */
export async function openLantern(
  { path, threads, contextTokens, sequences, remember = false }: Setup,
  options: { exact?: boolean } = {},
): Promise<BenchModel> {
  const engine = await openEngine(path, {
    ...options,
    threads,
    contextTokens,
    cacheTokens: sequences * Math.ceil(contextTokens / PAGE_TOKENS) * PAGE_TOKENS,
    maxSequences: sequences,
    ...(!remember && { prefixCacheBytes: 0 }),
  });
  const states: (SequenceState | undefined)[] = [];
  return {
    batchTokens: engine.maxBatchTokens,
    clear(sequence) {
      const state = states[sequence];
      if (state) engine.states.drop(state);
      states[sequence] = undefined;
    },
    async run(parts) {
      engine.states.runBatch(
        parts.map(({ sequence, ids, logits }) => {
          states[sequence] ??= engine.states.create();
          return { state: states[sequence], ids, outputs: logits ? 'last' : 'none' };
        }),
      );
    },
    turn: (ids) => turn(engine, ids),
    logitRows: (ids) => logitRows(engine, { ids, spans: [] }),
    decodeBytes: async (count, tokens) => engine.decodeBytes(count, tokens),
    promptOperations: async () => fileCosts(path).promptOperations(),
    close: () => engine.close(),
  };
}

/** Has the scheduler read a prompt and remember it. */
function turn(engine: Engine, promptIds: readonly number[]): Promise<{ cached: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ cached: number }>();
  let cached = 0;
  const job: Job = {
    promptIds,
    spans: [],
    promptKey: promptIds,
    checkpoints: [],
    signal: undefined,
    priority: 0,
    keep: true,
    started: (tokens) => {
      cached = tokens;
    },
    next: () => null,
    finished: () => resolve({ cached }),
    failed: reject,
  };
  engine.scheduler.submit(job);
  return promise;
}
