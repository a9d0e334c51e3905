import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { healthOk, modelCard, modelList, version } from '@lantern/api';
import type { RunningServer } from '../src/start-server.ts';
import { testServer } from '../src/test-server.ts';
import { type Answer, ask, type Body, reply, sameness, stream } from './support/chat.ts';
import { checked } from './support/check-schema.ts';
import * as examples from './support/examples.ts';
import { CHAT, post } from './support/http.ts';
import { untilIdle, untilRunning } from './support/idle.ts';

let server: RunningServer;
before(async () => {
  server = await testServer();
});
after(() => server.stop(0));

const tools = [examples.getWeather];

/** Requests of all kinds. Each is sent whole and as a stream, and both have to say the same. */
const requests: { [name: string]: Body } = {
  'a text': ask(examples.capital.question),
  'a text after thinking': ask(examples.sum.question, { enable_thinking: true }),
  'thinking that is cut off': ask(examples.sum.question, { enable_thinking: true, max_tokens: 5 }),
  'a thinking budget': ask(examples.sum.question, { enable_thinking: true, thinking_budget: 4 }),
  'a text that is cut off': ask(examples.story, { max_tokens: 7 }),
  'one token': ask(examples.story, { max_tokens: 1 }),
  'drawn text': ask(examples.story, { temperature: 1, seed: 3, max_tokens: 40 }),
  'drawn text of three answers': ask(examples.story, { temperature: 1, seed: 3, max_tokens: 24, n: 3 }),
  'sixteen answers': ask(examples.capital.question, { n: 16 }),
  'a call': ask('What is the weather in Paris?', { tools }),
  'a call after thinking': ask('What is the weather in Paris?', { tools, enable_thinking: true }),
  'two calls': ask(examples.weather.question, { tools }),
  'one call where two are wanted': ask(examples.weather.question, { tools, parallel_tool_calls: false }),
  'two calls twice': ask(examples.weather.question, { tools, n: 2 }),
  'a call that is cut off': ask(examples.weather.question, { tools, max_tokens: 12 }),
  'tools that stay unused': ask(examples.capital.question, { tools }),
  'tools that are hidden': ask(examples.capital.question, { tools, tool_choice: 'none' }),
  'a stop': ask('Count from 1 to 50', { stop: [', 9', ', 5, '] }),
  'a stop that is kept': ask('Count from 1 to 50', { stop: ', 5', include_stop_str_in_output: true }),
  'no end of its own': ask(examples.capital.question, { ignore_eos: true, max_tokens: 30 }),
  'log-probabilities': ask(examples.sum.question, { logprobs: true, top_logprobs: 3 }),
  'log-probabilities after thinking': ask(examples.sum.question, { enable_thinking: true, logprobs: true }),
  'log-probabilities of a call': ask(examples.weather.question, { tools, logprobs: true }),
  'hidden thinking': ask(examples.sum.question, { enable_thinking: true, include_reasoning: false }),
  'an answer that goes on': {
    ...ask(''),
    messages: [
      { role: 'user', content: examples.capital.question },
      { role: 'assistant', content: 'The capital of France', partial: true },
    ],
  },
  'other scripts': ask('Zürich 東京 🏮 – è', { temperature: 1, seed: 11, max_tokens: 48 }),
};

const TAGS = /<\/?(?:think|tool_call|function|parameter)\b|<\|im_(?:start|end)\|>/;

function checkText({ content, reasoning, calls, finish }: Answer): void {
  assert.doesNotMatch(content, TAGS);
  assert.doesNotMatch(reasoning ?? '', TAGS);
  assert.doesNotMatch(content, /^\s*\n/, 'the line breaks after the thinking are not part of the text');
  if (finish === 'tool_calls') assert.notEqual(calls.length, 0);
  if (finish === 'length') return;
  for (const call of calls) assert.equal(typeof JSON.parse(call.arguments), 'object');
}

test('replies and streams', async (t) => {
  for (const [name, body] of Object.entries(requests)) {
    await t.test(name, async () => {
      const whole = await reply(server, body);
      const streamed = await stream(server, { ...body, stream_options: { include_usage: true } });
      assert.deepEqual(streamed.answers.map(sameness), whole.answers.map(sameness));
      assert.deepEqual(
        streamed.answers.map(({ tokens }) => tokens.map(({ token }) => token)),
        whole.answers.map(({ tokens }) => tokens.map(({ token }) => token)),
      );
      assert.equal(whole.answers.length, body.n ?? 1);
      whole.answers.forEach(checkText);
      for (const { id } of whole.answers.flatMap(({ calls }) => calls)) assert.match(id, /^call_\S+$/);

      const { usage } = whole.body;
      for (const field of ['prompt_tokens', 'completion_tokens', 'total_tokens'] as const)
        assert.equal(streamed.usage?.[field], usage?.[field], field);
      assert.equal(usage?.total_tokens, usage!.prompt_tokens + usage!.completion_tokens);
      assert.equal(
        streamed.usage?.completion_tokens_details?.reasoning_tokens,
        usage?.completion_tokens_details?.reasoning_tokens,
      );
      assert.equal(whole.body.model, 'lantern-tiny');
    });
  }
});

test('what is known of the answers comes out', async () => {
  const answer = async (name: string) => (await reply(server, requests[name]!)).answers[0]!;
  assert.equal((await answer('a text')).content, examples.capital.answer);

  const thoughtful = await answer('a text after thinking');
  assert.equal(thoughtful.reasoning?.trim(), examples.sum.reasoning);
  assert.equal(thoughtful.content, examples.sum.answer);

  const calls = await answer('two calls');
  assert.equal(calls.finish, 'tool_calls');
  assert.deepEqual(
    calls.calls.map(({ name, arguments: text }) => [name, JSON.parse(text)]),
    examples.weather.cities.map((city) => ['get_weather', { city }]),
  );
  assert.equal(new Set(calls.calls.map(({ id }) => id)).size, 2);
  assert.equal((await answer('one call where two are wanted')).calls.length, 1);

  const stopped = await answer('a stop');
  assert.deepEqual([stopped.content, stopped.finish], ['1, 2, 3, 4', 'stop']);
  assert.equal((await answer('a stop that is kept')).content, '1, 2, 3, 4, 5');
  assert.equal((await answer('a text that is cut off')).finish, 'length');
  assert.equal((await answer('thinking that is cut off')).content, '');
  assert.equal((await answer('hidden thinking')).reasoning, null);
  assert.equal((await answer('an answer that goes on')).content, ' is Paris.');
});

test('tool_choice none does not show the tools to the model', async () => {
  const tokens = async (fields: Body) =>
    (await reply(server, ask(examples.capital.question, fields))).body.usage!.prompt_tokens;
  assert.equal(await tokens({ tools, tool_choice: 'none' }), await tokens({}));
  assert.ok((await tokens({ tools, tool_choice: 'auto' })) > (await tokens({})));
});

test('log-probabilities describe the text', async () => {
  const { answers } = await reply(server, requests['log-probabilities']!);
  const [{ content, tokens }] = answers as [Answer];
  assert.equal(tokens.map(({ token }) => token).join(''), content);
  assert.equal(new TextDecoder().decode(new Uint8Array(tokens.flatMap(({ bytes }) => bytes ?? []))), content);
  for (const { token, logprob, top_logprobs: top } of tokens) {
    assert.equal(top.length, 3);
    assert.equal(top[0]?.token, token, 'a greedy answer takes the likeliest token');
    assert.equal(top[0]?.logprob, logprob);
    assert.ok(top.every((one, place) => place === 0 || one.logprob <= top[place - 1]!.logprob));
  }
});

test('the usage comes iff it is asked for, and so far on every chunk iff that is', async () => {
  const body = ask(examples.capital.question);
  assert.equal((await stream(server, body)).usage, null);
  assert.equal((await stream(server, { ...body, stream_options: { include_usage: false } })).usage, null);
  assert.ok((await stream(server, { ...body, stream_options: { include_usage: true } })).usage);
});

test('a seed draws the same, alone, among others and at another place of sixteen', async () => {
  const body = ask(examples.story, { temperature: 1, max_tokens: 32 });
  const alone = (await reply(server, { ...body, seed: 1000 })).answers[0]!;
  const crowd = await Promise.all(
    Array.from({ length: 16 }, (_, i) =>
      reply(server, { ...body, seed: 1000 + (i % 8) }).then((one) => one.answers[0]!),
    ),
  );
  assert.equal(crowd[0]!.content, alone.content);
  assert.equal(crowd[8]!.content, alone.content);
  assert.ok(new Set(crowd.map(({ content }) => content)).size > 4, 'seeds make no difference');

  const { answers } = await reply(server, { ...body, seed: 1000, n: 16 });
  assert.equal(answers[0]!.content, alone.content);
  assert.ok(new Set(answers.map(({ content }) => content)).size > 8, 'all sixteen answers are the same');
  const again = await stream(server, { ...body, seed: 1000, n: 16 });
  assert.deepEqual(again.answers.map(sameness), answers.map(sameness));
});

test('a prompt that was read before gives the same answer, and says how much it remembered', async () => {
  const question = `${'The river runs behind the house. '.repeat(20)}\n\nWhat is the capital of France?`;
  const first = await reply(server, ask(question));
  const second = await reply(server, ask(question));
  assert.deepEqual(second.answers.map(sameness), first.answers.map(sameness));
  const cached = second.body.usage?.prompt_tokens_details?.cached_tokens ?? 0;
  assert.ok(cached > 0, 'nothing was remembered');
  assert.ok(cached < second.body.usage!.prompt_tokens);
});

test('a disconnect frees everything at once', async (t) => {
  const bare = await testServer({ engine: { prefixCacheBytes: 0 } });
  t.after(() => bare.stop(0));
  const { states } = (await bare.loaded).engine;
  const free = { slots: states.freeSlots, pages: states.freePages };
  const whileItRuns = async (body: Body, count: number) => {
    const left = new AbortController();
    const response = post(bare, body, { signal: left.signal });
    await untilRunning(bare, count);
    assert.equal(states.freeSlots, free.slots - count);
    left.abort();
    await response.then((answer) => answer.text()).catch(() => undefined);
    await untilIdle(bare);
    assert.deepEqual({ slots: states.freeSlots, pages: states.freePages }, free);
  };
  const body = ask(examples.story, { ...examples.endless, max_tokens: 4000 });
  await t.test('of a stream', () => whileItRuns({ ...body, stream: true }, 1));
  await t.test('of a stream of sixteen answers', () => whileItRuns({ ...body, stream: true, n: 16 }, 16));
  await t.test('of a reply', () => whileItRuns(body, 1));
  await t.test('of a reply of sixteen answers', () => whileItRuns({ ...body, n: 16 }, 16));
  await t.test('of those who wait', async () => {
    const left = new AbortController();
    const all = Array.from({ length: 70 }, () => post(bare, { ...body, stream: true }, { signal: left.signal }));
    await untilRunning(bare, 64);
    left.abort();
    await Promise.allSettled(all.map(async (one) => (await one).text()));
    await untilIdle(bare);
    assert.deepEqual({ slots: states.freeSlots, pages: states.freePages }, free);
  });
  await t.test('and it still answers', async () => {
    const { answers } = await reply(bare, ask(examples.capital.question));
    assert.equal(answers[0]?.content, examples.capital.answer);
    await untilIdle(bare);
    assert.deepEqual({ slots: states.freeSlots, pages: states.freePages }, free);
  });
});

test('both prefixes answer alike', async () => {
  for (const prefix of ['', '/compatible-mode']) {
    const { answers } = await reply(server, ask(examples.capital.question), { path: `${prefix}${CHAT}` });
    assert.equal(answers[0]?.content, examples.capital.answer);
    const { answers: streamed } = await stream(server, ask(examples.capital.question), { path: `${prefix}${CHAT}` });
    assert.equal(streamed[0]?.content, examples.capital.answer);
    const list = checked(modelList, await (await fetch(`${server.url}${prefix}/v1/models`)).json());
    assert.deepEqual(
      list.data.map(({ id, root }) => [id, root]),
      ['lantern-tiny', 'qwen3.5-plus', 'qwen3.5-flash'].map((id) => [id, 'lantern-tiny']),
    );
    const card = checked(modelCard, await (await fetch(`${server.url}${prefix}/v1/models/qwen3.5-flash`)).json());
    assert.equal(card.id, 'qwen3.5-flash');
  }
});

test('health and version say what their schemas do', async () => {
  for (const path of ['/health', '/v1/health']) {
    const response = await fetch(server.url + path);
    assert.equal(response.status, 200);
    assert.equal(checked(healthOk, await response.json()).status, 'ok');
  }
  checked(version, await (await fetch(`${server.url}/version`)).json());
});

test('x-request-id comes back, or is made', async () => {
  const given = await post(server, ask('Hello', { max_tokens: 1 }), { headers: { 'x-request-id': 'my-own_1.2' } });
  assert.equal(given.headers.get('x-request-id'), 'my-own_1.2');
  await given.text();
  const streamed = await stream(server, ask('Hello', { max_tokens: 1 }), { headers: { 'x-request-id': 'of-stream' } });
  assert.equal(streamed.response.headers.get('x-request-id'), 'of-stream');
  const refused = await post(server, '{', { headers: { 'x-request-id': 'of-error' } });
  assert.equal(refused.headers.get('x-request-id'), 'of-error');
  await refused.text();
  const ids = await Promise.all(
    [undefined, 'two words', 'x'.repeat(129), 'a\tb'].map(async (id) => {
      const headers: Record<string, string> = id === undefined ? {} : { 'x-request-id': id };
      const response = await post(server, ask('Hello', { max_tokens: 1 }), { headers });
      await response.text();
      const made = response.headers.get('x-request-id');
      assert.match(made ?? '', /^[\w-]{8,64}$/);
      return made;
    }),
  );
  assert.equal(new Set(ids).size, ids.length);
});

test('x-lantern-thinking says what was chosen', async (t) => {
  const choices: [name: string, fields: Body, chosen: 'on' | 'off', reason: RegExp | null][] = [
    ['thinking', { enable_thinking: true }, 'on', null],
    ['no thinking', { enable_thinking: false }, 'off', null],
    ['nothing said', {}, 'on', null],
    ['fast', { enable_fast: true }, 'off', null],
    ['auto, and a sum', { enable_auto: true }, 'on', /mathematics/],
    ['auto, and a greeting', { enable_auto: true, messages: [{ role: 'user', content: 'Hello' }] }, 'off', /./],
    ['auto with tools', { enable_auto: true, tools: [examples.getWeather] }, 'on', /tools/],
    ['an effort of none', { reasoning_effort: 'none' }, 'off', null],
    ['an effort', { reasoning_effort: 'low' }, 'on', null],
    ['the template told not to', { chat_template_kwargs: { enable_thinking: false } }, 'off', null],
    ['a budget without thinking', { enable_thinking: false, thinking_budget: 100 }, 'off', null],
  ];
  for (const [name, fields, chosen, reason] of choices)
    await t.test(name, async () => {
      const { enable_thinking: _, ...body } = ask(examples.sum.question);
      const whole = await reply(server, { ...body, ...fields });
      assert.equal(whole.response.headers.get('x-lantern-thinking'), chosen);
      assert.equal(whole.body.lantern?.thinking, chosen);
      if (reason) assert.match(whole.body.lantern?.reason ?? '', reason);
      else assert.equal(whole.body.lantern?.reason ?? null, null);
      assert.equal(whole.answers[0]!.reasoning === null, chosen === 'off');

      const streamed = await stream(server, { ...body, ...fields });
      assert.equal(streamed.response.headers.get('x-lantern-thinking'), chosen);
      const notes = streamed.chunks.flatMap((chunk) => chunk.lantern ?? []);
      assert.deepEqual(notes, [whole.body.lantern]);
    });
});

test('several system messages, a developer and history with thinking are taken', async () => {
  const { answers } = await reply(server, {
    ...ask(''),
    messages: [
      { role: 'developer', content: 'Be concise.' },
      { role: 'system', content: [{ type: 'text', text: 'You help users of the Lantern workbench.' }] },
      { role: 'user', content: 'What is the capital of New Zealand?', name: 'ada' },
      { role: 'assistant', reasoning_content: 'Wellington.', content: 'The capital of New Zealand is Wellington.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'and ' },
          { type: 'text', text: 'Brazil' },
        ],
      },
    ],
  });
  assert.match(answers[0]!.content, /Brasília/);
});

test('fields that nobody knows are passed over', async () => {
  const { answers } = await reply(server, ask(examples.capital.question, { frobnicate: { deep: [1] }, x: null }));
  assert.equal(answers[0]?.content, examples.capital.answer);
});
