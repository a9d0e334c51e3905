import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Completion, completion, completionChunk, unknownFields } from '@lantern/api';
import type { RunningServer } from '../start-server.ts';
import { testServer } from '../test-server.ts';

let server: RunningServer;
before(async () => {
  server = await testServer();
});
after(() => server.stop(0));

async function post(path: string, body: unknown): Promise<{ status: number; text: string }> {
  const headers = { 'content-type': 'application/json' };
  const reply = await fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: reply.status, text: await reply.text() };
}

async function complete(body: object): Promise<Completion> {
  const { status, text } = await post('/v1/completions', { temperature: 0, ...body });
  assert.equal(status, 200, text);
  const reply = completion.parse(JSON.parse(text));
  assert.deepEqual(unknownFields(completion, reply), []);
  return reply as Completion;
}

async function refused(body: object, param: string, message: RegExp): Promise<void> {
  const { status, text } = await post('/v1/completions', body);
  assert.equal(status, 400, text);
  const { error } = JSON.parse(text) as { error: { message: string; param: string } };
  assert.equal(error.param, param);
  assert.match(error.message, message);
}

const prompt = 'The capital of France is';

test('a text goes on, as text and as token ids, alone and in a list, n for each', async () => {
  const { choices, usage } = await complete({ prompt, max_tokens: 3 });
  assert.match(choices[0]!.text, /^ Paris/);
  assert.equal(usage!.completion_tokens, 3);
  const { text } = await post('/tokenize', { prompt });
  const { tokens, count } = JSON.parse(text) as { tokens: number[]; count: number };
  assert.equal(count, usage!.prompt_tokens);
  const many = await complete({ prompt: [tokens, tokens], max_tokens: 3, n: 2 });
  assert.deepEqual(
    many.choices.map((choice) => [choice.index, choice.text]),
    [0, 1, 2, 3].map((index) => [index, choices[0]!.text]),
  );
  assert.equal(many.usage!.prompt_tokens, 2 * count);
  const back = await post('/detokenize', { tokens });
  assert.deepEqual(JSON.parse(back.text), { prompt });
});

test('echo tells the prompt again, with the log-probabilities of its tokens', async () => {
  const { choices } = await complete({ prompt, max_tokens: 2, echo: true, logprobs: 2 });
  const { text, logprobs } = choices[0]!;
  assert.ok(text.startsWith(`${prompt} Paris`));
  assert.equal(logprobs!.tokens.join(''), text);
  assert.equal(logprobs!.token_logprobs[0], null);
  assert.ok(logprobs!.token_logprobs.slice(1).every((value) => value !== null && value <= 0));
  for (const [i, offset] of logprobs!.text_offset.entries())
    assert.ok(text.startsWith(logprobs!.tokens[i]!, offset), `token ${i}`);
  const alone = await complete({ prompt, max_tokens: 0, echo: true, logprobs: 1 });
  assert.equal(alone.choices[0]!.text, prompt);
  const known = alone.choices[0]!.logprobs!.token_logprobs;
  assert.deepEqual(known, logprobs!.token_logprobs.slice(0, known.length));
});

test('a stream says the same in pieces', async () => {
  const whole = await complete({ prompt, max_tokens: 12, echo: true, logprobs: 1 });
  const body = { prompt, max_tokens: 12, echo: true, logprobs: 1, temperature: 0, stream: true };
  const { text } = await post('/v1/completions', { ...body, stream_options: { include_usage: true } });
  const events = text.trimEnd().split('\n\n');
  assert.equal(events.pop(), 'data: [DONE]');
  const chunks = events.map((event) => completionChunk.parse(JSON.parse(event.slice('data: '.length))));
  const last = chunks.pop()!;
  assert.deepEqual([last.choices, last.usage?.total_tokens], [[], whole.usage!.total_tokens]);
  assert.equal(chunks.map((chunk) => chunk.choices[0]!.text).join(''), whole.choices[0]!.text);
  const tokens = chunks.flatMap((chunk) => chunk.choices[0]!.logprobs?.tokens ?? []);
  assert.deepEqual(tokens, whole.choices[0]!.logprobs!.tokens);
  assert.ok(chunks.every((chunk) => chunk.usage === null));
  assert.equal(chunks.filter((chunk) => chunk.choices[0]!.finish_reason !== null).length, 1);
});

test('a stop ends the text before it, or after it where that is wanted', async () => {
  const stop = ['Paris'];
  const { choices } = await complete({ prompt, stop });
  assert.deepEqual([choices[0]!.text, choices[0]!.finish_reason, choices[0]!.stop_reason], [' ', 'stop', 'Paris']);
  const kept = await complete({ prompt, stop, include_stop_str_in_output: true });
  assert.equal(kept.choices[0]!.text, ' Paris');
});

test('what cannot be done is refused by name', async () => {
  await refused({ prompt, suffix: 'x' }, 'suffix', /cannot do/);
  await refused({ prompt, max_tokens: 0 }, 'max_tokens', /only with echo/);
  await refused({ prompt, best_of: 2 }, 'best_of', /both must be equal/);
  await refused({ prompt: [99_999] }, 'prompt', /99999/);
  await refused({ prompt, stream_options: { include_usage: true } }, 'stream_options', /needs stream/);
  await refused({ prompt: 7 }, 'prompt', /prompt is 7; it must be/);
  const { status, text } = await post('/detokenize', { tokens: [1, 99_999] });
  assert.equal(status, 400);
  assert.match(text, /tokens\[1\] is 99999/);
  assert.equal((await post('/tokenize', {})).status, 400);
});
