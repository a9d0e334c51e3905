import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completion, completionChunk, detokenizeReply, tokenizeReply } from '@lantern/api';
import OpenAI, { BadRequestError } from 'openai';
import { testServer } from '../src/test-server.ts';
import { ask, type Body, reply } from './support/chat.ts';
import { checked } from './support/check-schema.ts';
import * as examples from './support/examples.ts';
import { eventsOf, post, readError } from './support/http.ts';
import { untilIdle } from './support/idle.ts';

const model = 'qwen3.5-plus';
/** What the chat template makes of a question. */
const prompt = `<|im_start|>user\n${examples.capital.question}<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n`;

test('/v1/completions with openai', async (t) => {
  const server = await testServer();
  t.after(() => server.stop(0));
  const client = new OpenAI({ apiKey: 'none', baseURL: `${server.url}/v1` });
  const tokenize = async (body: Body) =>
    checked(tokenizeReply, await (await post(server, body, { path: '/tokenize' })).json());

  await t.test('a text, and the same as token ids', async () => {
    const { tokens, count } = await tokenize({ prompt });
    assert.equal(tokens.length, count);
    for (const one of [prompt, tokens]) {
      const { choices, usage, object } = await client.completions.create({
        model,
        prompt: one,
        temperature: 0,
        max_tokens: 40,
      });
      assert.equal(choices[0]?.text, examples.capital.answer);
      assert.equal(choices[0]?.finish_reason, 'stop');
      assert.equal(usage?.prompt_tokens, count);
      assert.equal(object, 'text_completion');
    }
  });

  await t.test('sixteen tokens where nothing is said', async () => {
    const { usage } = await client.completions.create({ model, prompt: 'Once upon a time', temperature: 0 });
    assert.ok(usage!.completion_tokens <= 16);
  });

  await t.test('several texts, several answers each', async () => {
    const prompts = ['Once upon a time', 'Count from 1 to'];
    const params = { model, max_tokens: 6, temperature: 1, seed: 4 };
    const { choices } = await client.completions.create({ ...params, prompt: prompts, n: 2 });
    assert.deepEqual(
      choices.map(({ index }) => index),
      [0, 1, 2, 3],
    );
    const { choices: alone } = await client.completions.create({ ...params, prompt: prompts[1]!, n: 2 });
    assert.deepEqual(
      choices.slice(2).map(({ text }) => text),
      alone.map(({ text }) => text),
    );
  });

  await t.test('echo and log-probabilities', async () => {
    const { choices } = await client.completions.create({
      model,
      prompt: 'Once upon a time',
      max_tokens: 3,
      temperature: 0,
      echo: true,
      logprobs: 2,
    });
    const { text, logprobs } = choices[0]!;
    assert.ok(text.startsWith('Once upon a time'));
    const { tokens = [], token_logprobs: values = [], text_offset: offsets = [], top_logprobs: top = [] } = logprobs!;
    assert.equal(tokens.join(''), text);
    assert.ok([values, offsets, top].every((list) => list.length === tokens.length));
    assert.equal(values[0], null, 'nothing comes before the first token');
    assert.ok(values.slice(1).every((value) => value <= 0));
    for (const [place, offset] of offsets.entries())
      assert.equal(text.slice(offset, offset + tokens[place]!.length), tokens[place]);
    const scored = await client.completions.create({
      model,
      prompt: 'Once upon',
      max_tokens: 0,
      echo: true,
      logprobs: 1,
    });
    assert.equal(scored.choices[0]?.text, 'Once upon');
  });

  await t.test('a stream says the same', async () => {
    const params = { model, prompt, temperature: 0, max_tokens: 40, n: 2 };
    const whole = await post(server, params, { path: '/v1/completions' });
    const { choices } = checked(completion, await whole.json());
    const streamed = await post(
      server,
      { ...params, stream: true, stream_options: { include_usage: true } },
      { path: '/v1/completions' },
    );
    const texts = ['', ''];
    const finishes = [0, 0];
    let last = '';
    let usages = 0;
    for await (const { data } of eventsOf(streamed)) {
      last = data;
      if (data === '[DONE]') continue;
      const chunk = checked(completionChunk, JSON.parse(data));
      if (chunk.usage) usages++;
      for (const { index, text, finish_reason: finish } of chunk.choices) {
        assert.equal(finishes[index], 0, 'a chunk of an answer that had ended');
        texts[index] += text;
        if (finish !== null) finishes[index] = finishes[index]! + 1;
      }
    }
    assert.equal(last, '[DONE]');
    assert.equal(usages, 1);
    assert.deepEqual(finishes, [1, 1]);
    assert.deepEqual(
      texts,
      choices.map(({ text }) => text),
    );
  });

  await t.test('leaving a stream ends the answer', async () => {
    const stream = await client.completions.create({
      model,
      prompt: 'Once upon a time',
      max_tokens: 4000,
      stream: true,
      ...{ ignore_eos: true },
    });
    let seen = 0;
    for await (const _ of stream) if (++seen === 4) break;
    await untilIdle(server);
  });

  await t.test('refusals', async () => {
    await assert.rejects(client.completions.create({ model, prompt: 'a', suffix: 'b' }), (error) => {
      assert.ok(error instanceof BadRequestError);
      assert.deepEqual([error.code, error.param], ['unsupported_field', 'suffix']);
      return true;
    });
    const path = '/v1/completions';
    const wrong: [body: Body, param: string][] = [
      [{}, 'prompt'],
      [{ prompt: [] }, 'prompt'],
      [{ prompt: [-1] }, 'prompt[0]'],
      [{ prompt: 'a', logprobs: 6 }, 'logprobs'],
      [{ prompt: 'a', n: 17 }, 'n'],
      [{ prompt: 'a', temperature: 'hot' }, 'temperature'],
      [{ prompt: 'a', stream_options: { include_usage: true } }, 'stream_options'],
    ];
    for (const [body, param] of wrong) {
      const error = await readError(await post(server, body, { path }), 'invalid_request');
      assert.equal(error.param, param);
    }
    const beyond = await readError(await post(server, { prompt: [10_000_000] }, { path }), 'invalid_request');
    assert.match(beyond.param ?? '', /^prompt/);
    await readError(await post(server, { prompt: 'word '.repeat(6000) }, { path }), 'context_length_exceeded');
    await readError(await post(server, { prompt: '' }, { path }), 'invalid_request');
  });

  await t.test('/tokenize and /detokenize', async () => {
    for (const text of ['Hello, world', 'Zürich 東京 🏮', '<|im_start|>user\n', ' \n\t ']) {
      const { tokens } = await tokenize({ prompt: text });
      const back = await post(server, { tokens }, { path: '/detokenize' });
      assert.equal(checked(detokenizeReply, await back.json()).prompt, text);
    }
    const chat = ask(examples.capital.question);
    const { count, max_model_len: most } = await tokenize({
      messages: chat.messages,
      chat_template_kwargs: { enable_thinking: false },
    });
    assert.equal(count, (await reply(server, chat)).body.usage?.prompt_tokens);
    assert.equal(most, 4096);
    await readError(await post(server, {}, { path: '/tokenize' }), 'invalid_request');
    await readError(await post(server, { tokens: [10_000_000] }, { path: '/detokenize' }), 'invalid_request');
  });
});
