import { fileURLToPath } from 'node:url';
import type { ChromiumPage } from './chromium.ts';
import type { Figure, Figures } from './figure.ts';
import { DECODED, type MeasureTask, PREFILLS, PROMPT, WARM_STEPS } from './measures.ts';
import { randomIds } from './random-ids.ts';
import { ADDED_TOKENS } from './random-tokenizer.ts';
import { median } from './statistics.ts';
import type { WllamaTimings } from './wllama-page.ts';

/** A prompt that lets the browser compile what runs often. */
const WARM_PROMPT = 32;
/** No further prompt begins after this long: slow machines need a minute for one. */
const ENOUGH_MS = 30_000;

type Session = { page: ChromiumPage; task: MeasureTask };

/** What of the bench's measures can be taken through wllama's API, which has text and timings but no single steps. */
export const WLLAMA_MEASURES = {
  async prefill({ page, task }: Session): Promise<Figures> {
    const random = randomIds(task.seed);
    const seconds: number[] = [];
    const cores = await coresUsed(page);
    const began = performance.now();
    while (seconds.length < PREFILLS && performance.now() - began < ENOUGH_MS)
      seconds.push((await complete(page, random(PROMPT), 1)).prompt_ms / 1000);
    const value = PROMPT / median(seconds);
    const used = await cores();
    const { promptOperations } = await costs(task.path);
    return { prefill: { value, operationsPerSecond: value * promptOperations(), ...used } };
  },

  async decode({ page, task }: Session): Promise<Figures> {
    const first = await begin(page, randomIds(task.seed)(PROMPT), 1 + WARM_STEPS + DECODED);
    const cores = await coresUsed(page);
    const steps = stepSeconds([first, ...(await page.evaluate<WllamaTimings[]>(`${PAGE}.then((p) => p.finish())`))]);
    const used = await cores();
    const value = 1 / median(steps.slice(WARM_STEPS));
    const { decodeBytes } = await costs(task.path);
    const bytes = decodeBytes(1, PROMPT + WARM_STEPS + DECODED / 2);
    return { decode: { value, bytesPerSecond: value * bytes, ...used } };
  },
};

export type WllamaMeasure = keyof typeof WLLAMA_MEASURES;

const PAGE = `import('/page.ts')`;

/** Measures wllama in a headless Chromium on a page of its own, and says what exactly ran. */
export async function measureWllama(
  measure: WllamaMeasure,
  task: MeasureTask,
): Promise<{ figures: Figures; build: string }> {
  const [{ findChromium }, { openPage }, { servePage }, { wllamaPackage }] = await Promise.all([
    import('./find-chromium.ts'),
    import('./chromium.ts'),
    import('./page-server.ts'),
    import('./wllama-package.ts'),
  ]);
  const { folder, version } = wllamaPackage();
  const server = await servePage({
    '/page.ts': fileURLToPath(new URL('./wllama-page.ts', import.meta.url)),
    '/wllama/': folder,
    '/model.gguf': task.path,
  });
  try {
    const page = await openPage(findChromium(), `${server.origin}/`);
    try {
      const contextTokens = PROMPT + 1 + WARM_STEPS + DECODED;
      const { llama, threads } = await page.evaluate<{ llama: string; threads: number }>(
        `${PAGE}.then((p) => p.open(${task.threads}, ${contextTokens}))`,
      );
      if (threads !== task.threads) throw new Error(`wllama took ${threads} of ${task.threads} threads`);
      await complete(page, randomIds(0)(WARM_PROMPT), 1 + WARM_STEPS);
      const figures = await WLLAMA_MEASURES[measure]({ page, task });
      return { figures, build: `llama.cpp ${llama} (wllama ${version}) in headless ${page.version}` };
    } finally {
      await page.close();
    }
  } finally {
    server.close();
  }
}

/** Seconds a token between the timings of neighbouring tokens. */
export function stepSeconds(timings: readonly WllamaTimings[]): number[] {
  return timings.slice(1).flatMap((now, i) => {
    const before = timings[i]!;
    const tokens = now.predicted_n - before.predicted_n;
    return tokens > 0 ? [(now.predicted_ms - before.predicted_ms) / 1000 / tokens] : [];
  });
}

/** Text of as many tokens as there are ids: wllama takes no ids, but a token that was added is one wherever it stands. */
function promptOf(ids: readonly number[]): string {
  return ids.map((id) => ADDED_TOKENS[id % ADDED_TOKENS.length]).join('');
}

async function begin(page: ChromiumPage, ids: readonly number[], tokens: number): Promise<WllamaTimings> {
  const prompt = promptOf(ids);
  const first = await page.evaluate<WllamaTimings>(
    `${PAGE}.then((p) => p.begin(${JSON.stringify(prompt)}, ${tokens}))`,
  );
  if (first.prompt_n !== ids.length) throw new Error(`wllama read ${first.prompt_n} tokens, not ${ids.length}`);
  return first;
}

async function complete(page: ChromiumPage, ids: readonly number[], tokens: number): Promise<WllamaTimings> {
  const first = await begin(page, ids, tokens);
  await page.evaluate(`${PAGE}.then((p) => p.finish())`);
  return first;
}

/** Begins to count; the function it gives ends that. */
async function coresUsed(page: ChromiumPage): Promise<() => Promise<Pick<Figure, 'cores'>>> {
  const [cpu, wall] = [await page.cpuSeconds(), performance.now()];
  return async () => ({ cores: ((await page.cpuSeconds()) - cpu) / ((performance.now() - wall) / 1000) });
}

async function costs(path: string) {
  return (await import('./file-costs.ts')).fileCosts(path);
}
