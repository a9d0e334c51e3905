import type { BenchModel, Part, Setup } from './bench-model.ts';
import { loadLlamaAddon } from './llama-addon.ts';

/** llama.cpp's default for both of its batch sizes is at least this. */
const BATCH_TOKENS = 512;
/** Tokens of a batch whose logits are all wanted: they are copied one by one, and large. */
const SCORED_TOKENS = 64;

/**
 * A model in llama.cpp, driven through the addon's own calls: weights mapped from the file as is its default, flash
 * attention where it sees fit, cache in f16, no sampler. Also says which build it is.
 */
export async function openLlama(
  { path, threads, contextTokens, sequences }: Setup,
  cpu?: string,
): Promise<{ model: BenchModel; build: string }> {
  const { addon, build } = await loadLlamaAddon(cpu);
  const model = new addon.AddonModel(path, { gpuLayers: 0, useMmap: true });
  if (!(await model.init())) throw new Error(`llama.cpp cannot load ${path}`);
  const context = new addon.AddonContext(model, {
    // It wants multiples of 256.
    contextSize: sequences * Math.ceil(contextTokens / 256) * 256,
    batchSize: BATCH_TOKENS,
    sequences,
    threads,
  });
  if (!(await context.init())) throw new Error(`llama.cpp has no room for ${sequences} × ${contextTokens} tokens`);

  const lengths = new Array<number>(sequences).fill(0);
  let remembered: number[] = [];
  const clear = (sequence: number) => {
    context.disposeSequence(sequence);
    lengths[sequence] = 0;
  };
  const run = async (parts: readonly Part[]) => {
    context.initBatch(parts.reduce((sum, { ids }) => sum + ids.length, 0));
    for (const { sequence, ids, logits } of parts) {
      const wanted = Uint32Array.from(logits ? [ids.length - 1] : []);
      context.addToBatch(sequence, lengths[sequence]!, Uint32Array.from(ids), wanted);
      lengths[sequence]! += ids.length;
    }
    await context.decodeBatch();
  };
  return {
    build,
    model: {
      batchTokens: BATCH_TOKENS,
      clear,
      run,
      async turn(ids) {
        const same = remembered.length < ids.length && remembered.every((id, i) => id === ids[i]);
        if (!same) {
          clear(0);
          remembered = [];
        }
        const cached = remembered.length;
        for (let from = cached; from < ids.length; from += BATCH_TOKENS)
          await run([
            { sequence: 0, ids: ids.slice(from, from + BATCH_TOKENS), logits: from + BATCH_TOKENS >= ids.length },
          ]);
        remembered = [...ids];
        return { cached };
      },
      async *logitRows(ids) {
        const sampler = new addon.AddonSampler(model);
        sampler.applyConfig({ temperature: 0 });
        clear(0);
        for (let from = 0; from < ids.length; from += SCORED_TOKENS) {
          const chunk = Uint32Array.from(ids.slice(from, from + SCORED_TOKENS));
          context.initBatch(chunk.length);
          const wanted = context.addToBatch(0, from, chunk, Uint32Array.from(chunk.keys()));
          await context.decodeBatch();
          for (const index of wanted) yield rowOf((await context.sampleToken(index, sampler, false, false, true))[3]);
        }
        clear(0);
        sampler.dispose();
      },
      decodeBytes: async (count, tokens) => (await costs(path)).decodeBytes(count, tokens),
      promptOperations: async () => (await costs(path)).promptOperations(),
      async close() {
        await context.dispose();
        await model.dispose();
      },
    },
  };
}

/** A row of logits from pairs of token and logit in any order. */
function rowOf(pairs: readonly number[]): Float32Array {
  const row = new Float32Array(pairs.length / 2);
  for (let i = 0; i < pairs.length; i += 2) row[pairs[i]!] = pairs[i + 1]!;
  return row;
}

/** Not imported before it is needed: loading is measured. */
async function costs(path: string) {
  return (await import('./file-costs.ts')).fileCosts(path);
}
