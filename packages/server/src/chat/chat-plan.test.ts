import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ChatCompletionRequest } from '@lantern/api';
import { ApiError } from '../http/api-error.ts';
import type { ServedModel } from '../model-host.ts';
import type { RunningServer } from '../start-server.ts';
import { testServer } from '../test-server.ts';
import { planChat } from './chat-plan.ts';

let server: RunningServer;
let model: ServedModel;
before(async () => {
  server = await testServer({ engine: { threads: 1 } });
  model = await server.loaded;
});
after(() => server.stop(0));

const defaults = { parsesReasoning: true, parsesTools: true };
const plan = (rest: Partial<ChatCompletionRequest> = {}, extra = {}) =>
  planChat({ messages: [{ role: 'user', content: 'Hi' }], ...rest }, model, { ...defaults, ...extra }, null, {
    sees: false,
    findFile: () => null,
  });

test('what is left out is as the checkpoint says; where that is silent, nothing is changed', () => {
  const drawn = () => {
    const { temperature, topP, topK, minP } = plan().options;
    return [temperature, topP, topK, minP];
  };
  const { generation } = model.engine;
  assert.deepEqual(drawn(), [generation.temperature, generation.topP, generation.topK, 0]);
  const own = { ...generation };
  Object.assign(generation, { temperature: null, topP: null, topK: null });
  assert.deepEqual(drawn(), [1, 1, 0, 0]);
  Object.assign(generation, own);
  const { options, count, format } = plan();
  const { presencePenalty, frequencyPenalty, repetitionPenalty, seed } = options;
  assert.deepEqual([presencePenalty, frequencyPenalty, repetitionPenalty, seed], [0, 0, 1, undefined]);
  assert.deepEqual(
    [count, format.constraint, options.enableThinking, options.maxTokens],
    [1, null, undefined, undefined],
  );
});

test('fields find their options', () => {
  const { options, count, includesStop } = plan({
    n: 3,
    temperature: 0.3,
    top_k: -1,
    max_tokens: 5,
    max_completion_tokens: 7,
    stop: ['a', 'b'],
    stop_token_ids: [3],
    logprobs: true,
    top_logprobs: 2,
    logit_bias: { '5': -1 },
    seed: 2 ** 60,
    ignore_eos: true,
    min_tokens: 2,
    parallel_tool_calls: false,
    cache_salt: 's',
    include_stop_str_in_output: true,
    thinking_budget: 9,
  });
  assert.deepEqual([count, options.temperature, options.topK, options.maxTokens], [3, 0.3, 0, 7]);
  assert.deepEqual([options.stop, options.stopIds, options.logprobs], [['a', 'b'], [3], 2]);
  assert.deepEqual([options.ignoreEnds, options.minTokens, options.maxToolCalls], [true, 2, 1]);
  assert.deepEqual([options.cacheSalt, options.thinkingBudget, includesStop], ['s', 9, true]);
  assert.ok(Number.isSafeInteger(options.seed));
});

test('stop comes in four forms', () => {
  const stops = (stop: ChatCompletionRequest['stop']) => {
    const { options } = plan({ stop });
    return [options.stop, options.stopIds];
  };
  assert.deepEqual(stops('x'), [['x'], []]);
  assert.deepEqual(stops(['x', 'y', 'z', 'v', 'w']), [['x', 'y', 'z', 'v', 'w'], []]);
  assert.deepEqual(stops([7, 8]), [[], [7, 8]]);
  assert.deepEqual(stops([[7], [8]]), [[], [7, 8]]);
  assert.throws(() => stops([[7, 8]]), /only single tokens/);
});

test('fast goes before others, unless a priority is given', () => {
  assert.equal(plan({ enable_fast: true }).options.priority, -1);
  assert.equal(plan({ enable_fast: true, priority: 4 }).options.priority, 4);
  assert.equal(plan().options.priority, undefined);
  assert.equal(plan({ enable_fast: true }).options.enableThinking, false);
});

test('messages of all roles become those of the template', () => {
  const { messages } = plan({
    messages: [
      { role: 'system', content: 'A' },
      { role: 'developer', content: [{ type: 'text', text: 'B' }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'one ' },
          { type: 'text', text: 'two' },
        ],
      },
      {
        role: 'assistant',
        content: null,
        reasoning: 'hm',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'r' },
      { role: 'function', name: 'g', content: 'q' },
    ],
  });
  assert.deepEqual(messages, [
    { role: 'system', content: 'A\n\nB' },
    { role: 'user', content: 'one two' },
    {
      role: 'assistant',
      content: '',
      reasoning_content: 'hm',
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }],
    },
    { role: 'tool', content: 'r', tool_call_id: 'c1' },
    { role: 'tool', content: 'q', name: 'g' },
  ]);
});

test('what is known and cannot be honoured is refused, unless it asks nothing', () => {
  const refused: [Partial<ChatCompletionRequest>, string][] = [
    [{ store: true }, 'store'],
    [{ verbosity: 'low' }, 'verbosity'],
    [{ modalities: ['text', 'audio'] }, 'modalities'],
    [{ best_of: 2 }, 'best_of'],
    [{ add_generation_prompt: false }, 'add_generation_prompt'],
    [{ continue_final_message: true, add_generation_prompt: true }, 'continue_final_message'],
    [{ stream_options: { include_usage: true } }, 'stream_options'],
    [{ top_logprobs: 2 }, 'top_logprobs'],
    [{ enable_search: true }, 'enable_search'],
    [{ stop_token_ids: [99_999] }, 'stop_token_ids'],
    [
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:,' } }] }] },
      'messages[0].content[0]',
    ],
  ];
  for (const [rest, param] of refused)
    assert.throws(
      () => plan(rest),
      (error) => error instanceof ApiError && error.status === 400 && error.param === param,
      param,
    );
  plan({
    store: false,
    verbosity: 'medium',
    modalities: ['text'],
    best_of: 1,
    service_tier: 'auto',
    user: 'x',
    metadata: {},
  });
});
