import { type Sample, total } from '../../api/read-metrics.ts';

/** What `/metrics` says at a moment. */
export type Reading = {
  /** Milliseconds of `performance.now()`. */
  at: number;
  running: number;
  waiting: number;
  /** Share of the attention cache in use, 0 to 1. */
  cacheUse: number;
  /** Prompt tokens looked up in the prefix cache, and those found, since the start. */
  queries: number;
  hits: number;
  /** Tokens of all batches so far: prompts read and tokens written. */
  processed: number;
  generated: number;
  prompts: number;
  answered: number;
  firstTokenSeconds: number;
  firstTokens: number;
  interTokenSeconds: number;
  interTokens: number;
};

export function readingOf(samples: readonly Sample[], at: number): Reading {
  const of = (name: string) => total(samples, `vllm:${name}`);
  return {
    at,
    running: of('num_requests_running'),
    waiting: of('num_requests_waiting'),
    cacheUse: of('kv_cache_usage_perc'),
    queries: of('prefix_cache_queries_total'),
    hits: of('prefix_cache_hits_total'),
    processed: of('iteration_tokens_total_sum'),
    generated: of('generation_tokens_total'),
    prompts: of('prompt_tokens_total'),
    answered: of('request_success_total'),
    firstTokenSeconds: of('time_to_first_token_seconds_sum'),
    firstTokens: of('time_to_first_token_seconds_count'),
    interTokenSeconds: of('inter_token_latency_seconds_sum'),
    interTokens: of('inter_token_latency_seconds_count'),
  };
}

/** Tokens a second between two readings; a server that began anew counts from 0. */
export function tokensPerSecond(before: Reading, after: Reading): number {
  const seconds = (after.at - before.at) / 1000;
  return seconds > 0 ? Math.max(0, after.processed - before.processed) / seconds : 0;
}
