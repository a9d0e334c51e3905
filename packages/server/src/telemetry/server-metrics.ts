import { type ChatResult, type DraftCounts, PAGE_TOKENS } from '@lantern/engine';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ModelHost } from '../model-host.ts';

/** A request with `n` answers; `longest` are the tokens of the longest one. */
type AnsweredRequest = { n: number; maxTokens: number | undefined; longest: number; seconds: number };

type Measured = Pick<ChatResult, 'usage' | 'timings' | 'finishReason'>;

const seconds = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160];
const long = [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680];
const tokens = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000,
];

/** The figures of a server under vLLM's names, so that dashboards and autoscalers made for it work. */
export class ServerMetrics {
  readonly #registry = new Registry();
  readonly #promptTokens = this.#counter('prompt_tokens_total', 'Prompt tokens of answered requests.');
  readonly #generationTokens = this.#counter('generation_tokens_total', 'Tokens generated.');
  readonly #cacheQueries = this.#counter('prefix_cache_queries_total', 'Prompt tokens looked up in the prefix cache.');
  readonly #cacheHits = this.#counter('prefix_cache_hits_total', 'Prompt tokens found in the prefix cache.');
  readonly #success: Counter<'finished_reason'>;
  readonly #iterationTokens = this.#histogram('iteration_tokens_total', 'Tokens of a batch.', tokens);
  readonly #requestPrompt = this.#histogram('request_prompt_tokens', 'Prompt tokens of a request.', tokens);
  readonly #requestGeneration = this.#histogram('request_generation_tokens', 'Tokens generated for a request.', tokens);
  readonly #paramsN = this.#histogram('request_params_n', 'n of a request.', [1, 2, 5, 10, 20]);
  readonly #paramsMaxTokens = this.#histogram('request_params_max_tokens', 'Longest answer asked for.', tokens);
  readonly #longestGeneration = this.#histogram(
    'request_max_num_generation_tokens',
    'Tokens of the longest answer of a request.',
    tokens,
  );
  readonly #firstToken = this.#histogram('time_to_first_token_seconds', 'Until the first token.', [
    ...seconds,
    640,
    2560,
  ]);
  readonly #interToken = this.#histogram('inter_token_latency_seconds', 'Between two tokens of an answer.', seconds);
  readonly #endToEnd = this.#histogram('e2e_request_latency_seconds', 'Of a whole request.', long);
  readonly #queue = this.#histogram('request_queue_time_seconds', 'Of waiting.', long);
  readonly #inference = this.#histogram('request_inference_time_seconds', 'Of work on a request.', long);
  readonly #prefill = this.#histogram('request_prefill_time_seconds', 'Of reading the prompt.', long);
  readonly #decode = this.#histogram('request_decode_time_seconds', 'Of generating.', long);

  constructor(host: ModelHost) {
    this.#success = new Counter({
      name: 'vllm:request_success_total',
      help: 'Requests answered, by how they ended.',
      labelNames: ['finished_reason'],
      registers: [this.#registry],
    });
    this.#gauge('num_requests_running', 'Answers that grow.', () => engineOf(host)?.scheduler.running ?? 0);
    this.#gauge('num_requests_waiting', 'Answers that wait.', () => engineOf(host)?.scheduler.waiting ?? 0);
    this.#gauge('kv_cache_usage_perc', 'Share of the attention cache in use, 0 to 1.', () => {
      const engine = engineOf(host);
      return engine ? 1 - engine.states.freePages / engine.runner.pageCount : 0;
    });
    new Gauge({
      name: 'vllm:cache_config_info',
      help: 'Sizes of the attention cache.',
      labelNames: ['block_size', 'num_gpu_blocks', 'enable_prefix_caching'],
      registers: [this.#registry],
      collect() {
        const engine = engineOf(host);
        if (!engine) return;
        const sizes = { block_size: String(PAGE_TOKENS), num_gpu_blocks: String(engine.runner.pageCount) };
        this.set({ ...sizes, enable_prefix_caching: engine.remembersPrompts ? 'True' : 'False' }, 1);
      },
    });
    this.#gauge('num_preemptions_total', 'Answers that gave way to others for want of memory.', () => {
      return engineOf(host)?.scheduler.preemptions ?? 0;
    });
    this.#drafted(host, 'num_drafts_total', 'Steps of an answer with drafts.', ({ drafts }) => drafts);
    this.#drafted(host, 'num_draft_tokens_total', 'Tokens drafted.', ({ tokens }) => tokens);
    this.#drafted(host, 'num_accepted_tokens_total', 'Drafted tokens that came true.', ({ accepted }) => accepted);
    new Counter({
      name: 'vllm:spec_decode_num_accepted_tokens_per_pos_total',
      help: 'Drafted tokens that came true, by their place in the draft.',
      labelNames: ['position'],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [position, count] of engineOf(host)?.scheduler.drafts.acceptedAt.entries() ?? [])
          this.inc({ position: String(position) }, count);
      },
    });
    host.loaded.then(
      ({ id, engine }) => {
        this.#registry.setDefaultLabels({ model_name: id, engine: '0' });
        engine.scheduler.onBatch = (count) => this.#iterationTokens.observe(count);
      },
      () => undefined,
    );
  }

  /** Counts a request that was answered. */
  request({ n, maxTokens, longest, seconds: whole }: AnsweredRequest): void {
    this.#longestGeneration.observe(longest);
    this.#paramsN.observe(n);
    if (maxTokens !== undefined) this.#paramsMaxTokens.observe(maxTokens);
    this.#endToEnd.observe(whole);
  }

  /** Counts one of its answers. */
  answer({ usage, timings, finishReason }: Measured): void {
    const { promptTokens, cachedTokens, completionTokens } = usage;
    const { queueSeconds, prefillSeconds, decodeSeconds } = timings;
    this.#promptTokens.inc(promptTokens);
    this.#generationTokens.inc(completionTokens);
    this.#cacheQueries.inc(promptTokens);
    this.#cacheHits.inc(cachedTokens);
    this.#success.inc({ finished_reason: finishReason });
    this.#requestPrompt.observe(promptTokens);
    this.#requestGeneration.observe(completionTokens);
    this.#firstToken.observe(queueSeconds + prefillSeconds);
    if (completionTokens > 1) this.#interToken.observe(decodeSeconds / (completionTokens - 1));
    this.#queue.observe(queueSeconds);
    this.#prefill.observe(prefillSeconds);
    this.#decode.observe(decodeSeconds);
    this.#inference.observe(prefillSeconds + decodeSeconds);
  }

  /** Everything in Prometheus' text form. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #counter(name: string, help: string): Counter {
    return new Counter({ name: `vllm:${name}`, help, registers: [this.#registry] });
  }

  #histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name: `vllm:${name}`, help, buckets, registers: [this.#registry] });
  }

  /** A count that the scheduler keeps. */
  #drafted(host: ModelHost, name: string, help: string, count: (counts: DraftCounts) => number): void {
    new Counter({
      name: `vllm:spec_decode_${name}`,
      help,
      registers: [this.#registry],
      collect() {
        const engine = engineOf(host);
        this.reset();
        if (engine) this.inc(count(engine.scheduler.drafts));
      },
    });
  }

  #gauge(name: string, help: string, value: () => number): Gauge {
    return new Gauge({
      name: `vllm:${name}`,
      help,
      registers: [this.#registry],
      collect() {
        this.set(value());
      },
    });
  }
}

function engineOf({ status }: ModelHost) {
  return status.kind === 'ready' ? status.model.engine : null;
}
