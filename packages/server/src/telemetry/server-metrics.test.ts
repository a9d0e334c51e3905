import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RunningServer } from '../start-server.ts';
import { testServer } from '../test-server.ts';

let server: RunningServer;
before(async () => {
  server = await testServer({ engine: { threads: 1 } });
});
after(() => server.stop(0));

async function metrics(): Promise<Map<string, number>> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name, value] = /^(\S+?)(?:\{.*\})? (\S+)$/.exec(line)!;
      return [name!, Number(value)];
    }),
  );
}

test('the figures have vLLM’s names and count what was answered', async () => {
  const before = await metrics();
  for (const name of [
    'num_requests_running',
    'num_requests_waiting',
    'kv_cache_usage_perc',
    'prefix_cache_queries_total',
    'prefix_cache_hits_total',
    'num_preemptions_total',
    'prompt_tokens_total',
    'generation_tokens_total',
    'iteration_tokens_total_count',
    'cache_config_info',
    'spec_decode_num_drafts_total',
    'spec_decode_num_draft_tokens_total',
    'spec_decode_num_accepted_tokens_total',
    'request_prompt_tokens_count',
    'request_generation_tokens_count',
    'request_params_n_count',
    'request_params_max_tokens_count',
    'request_max_num_generation_tokens_count',
    'time_to_first_token_seconds_count',
    'inter_token_latency_seconds_count',
    'e2e_request_latency_seconds_count',
    'request_queue_time_seconds_count',
    'request_inference_time_seconds_count',
    'request_prefill_time_seconds_count',
    'request_decode_time_seconds_count',
  ])
    assert.ok(before.has(`vllm:${name}`), name);
  const ask = async () =>
    (
      await fetch(`${server.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }], n: 2, max_tokens: 5 }),
      })
    ).json() as Promise<{ usage: { prompt_tokens: number } }>;
  const { usage } = await ask();
  await ask();
  const after = await metrics();
  const grown = (name: string) => after.get(`vllm:${name}`)! - (before.get(`vllm:${name}`) ?? 0);
  assert.equal(grown('prompt_tokens_total'), 4 * usage.prompt_tokens);
  assert.equal(grown('generation_tokens_total'), 20);
  assert.ok(grown('prefix_cache_hits_total') > 0);
  assert.equal(grown('request_params_n_sum'), 4);
  assert.equal(after.get('vllm:num_requests_running'), 0);
  const text = await (await fetch(`${server.url}/metrics`)).text();
  assert.match(text, /vllm:request_success_total\{finished_reason="length",model_name="lantern-tiny",engine="0"\} 4/);
});

test('drafts are counted under vLLM’s names, and told in usage', async () => {
  const speculation = { method: 'mtp', tokens: 2 } as const;
  const drafting = await testServer({ engine: { threads: 1, speculation } });
  try {
    const reply = await fetch(`${drafting.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        messages: [{ role: 'user', content: 'Tell a story about a cat.' }],
        temperature: 0,
        max_tokens: 60,
      }),
    });
    const { usage } = (await reply.json()) as { usage: { completion_tokens_details: Record<string, number> } };
    const { accepted_prediction_tokens: accepted, rejected_prediction_tokens: rejected } =
      usage.completion_tokens_details;
    assert.ok(accepted! > 5, `${accepted} accepted`);
    const text = await (await fetch(`${drafting.url}/metrics`)).text();
    const count = (name: string, position = '') =>
      Number(new RegExp(`^vllm:spec_decode_${name}_total\\{${position}[^}]*\\} (\\d+)$`, 'm').exec(text)?.[1]);
    assert.equal(count('num_accepted_tokens'), accepted);
    assert.equal(count('num_draft_tokens'), accepted! + rejected!);
    assert.ok(count('num_drafts') >= count('num_draft_tokens') / 2);
    const byPlace = ['0', '1'].map((place) => count('num_accepted_tokens_per_pos', `position="${place}",`));
    assert.equal(byPlace[0]! + (byPlace[1] || 0), accepted);
  } finally {
    await drafting.stop(0);
  }
});
