// Runs in the page, where it is served without its types. Only what is used here of wllama's own types is stated.
type WllamaModule = {
  Wllama: {
    new (paths: { default: string }, config: { logger: Record<'debug' | 'log' | 'warn' | 'error', Log> }): Wllama;
    getLibllamaVersion(): string;
  };
};

type Log = (...words: unknown[]) => void;

type Wllama = {
  loadModel(
    files: Blob[],
    options: { n_ctx: number; n_threads: number; n_gpu_layers: number; n_parallel: number },
  ): Promise<void>;
  getLoadedContextInfo(): { success: boolean };
  getNumThreads(): number;
  createCompletion(options: object): Promise<AsyncIterable<{ timings?: WllamaTimings }>>;
};

/** The engine's own clock; the first token is sampled at the end of the prompt and is not in `predicted_ms`. */
export type WllamaTimings = { prompt_n: number; prompt_ms: number; predicted_n: number; predicted_ms: number };

/** Every step gives this token, the first byte of the alphabet: text that is not UTF-8 makes wllama fail. */
const ALWAYS = [[0, 1000]];
const KEPT_LINES = 20;

let model: Wllama;
let running: AsyncIterator<{ timings?: WllamaTimings }>;

/** Loads the GGUF file that the server has; says which llama.cpp it is and how many threads run. */
export async function open(threads: number, contextTokens: number): Promise<{ llama: string; threads: number }> {
  // Not a literal: this is a path of the page's server.
  const path: string = '/wllama/index.js';
  const { Wllama } = (await import(path)) as WllamaModule;
  const lines: string[] = [];
  const keep: Log = (...words) => {
    lines.push(words.join(' ').trim());
    if (lines.length > KEPT_LINES) lines.shift();
  };
  model = new Wllama(
    { default: '/wllama/wasm/wllama.wasm' },
    { logger: { debug: () => undefined, log: keep, warn: keep, error: keep } },
  );
  const file = await (await fetch('/model.gguf')).blob();
  try {
    await model.loadModel([file], { n_ctx: contextTokens, n_threads: threads, n_gpu_layers: 0, n_parallel: 1 });
    // It resolves for files that it could not load, too.
    if (!model.getLoadedContextInfo().success) throw new Error('the model was not loaded');
  } catch (error) {
    throw new Error(`${(error as Error).message}; it said: ${lines.join(' | ')}`);
  }
  return { llama: Wllama.getLibllamaVersion(), threads: model.getNumThreads() };
}

/** Reads a prompt, remembering nothing of earlier ones, and begins to write `tokens` tokens; done with the first. */
export async function begin(prompt: string, tokens: number): Promise<WllamaTimings> {
  const stream = await model.createCompletion({
    prompt,
    max_tokens: tokens,
    stream: true,
    timings_per_token: true,
    cache_prompt: false,
    temperature: 0,
    ignore_eos: true,
    logit_bias: ALWAYS,
  });
  running = stream[Symbol.asyncIterator]();
  return (await nextTimings())!;
}

/** The rest of what was begun: timings after each token. */
export async function finish(): Promise<WllamaTimings[]> {
  const all: WllamaTimings[] = [];
  for (let timings = await nextTimings(); timings; timings = await nextTimings()) all.push(timings);
  return all;
}

async function nextTimings(): Promise<WllamaTimings | null> {
  for (;;) {
    const { value, done } = await running.next();
    if (done) return null;
    if (value.timings) return value.timings;
  }
}
