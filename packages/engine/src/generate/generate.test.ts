import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LanternError } from '../errors.ts';
import { fakeModel } from './fake-model.ts';
import { type GenerateOptions, type GenerationEvent, generate } from './generate.ts';

const greedy = { temperature: 0, topK: 0, topP: 1, minP: 0 };

async function collect(model: ReturnType<typeof fakeModel>, options: Partial<GenerateOptions>) {
  const events: GenerationEvent[] = [];
  const state = options.state ?? model.states.create();
  const rest = { promptIds: [9, 3, 5, 1, 1, 2, 8, 1, 1], sampling: greedy, stopIds: [] };
  for await (const event of generate(model, { ...rest, state, ...options })) events.push(event);
  const end = events.at(-1);
  assert.equal(end?.type, 'end');
  const ids = events.flatMap((event) => (event.type === 'token' ? [event.id] : []));
  return {
    ids,
    end: end as Extract<GenerationEvent, { type: 'end' }>,
    text: events.map((event) => event.text).join(''),
  };
}

test('prefills in chunks, asks for logits once, then feeds token by token', async () => {
  const model = fakeModel();
  const { ids, end } = await collect(model, { maxTokens: 3 });
  // 31, then 31 + 31 = 30 (mod 32), then 28.
  assert.deepEqual(ids, [31, 30, 28]);
  assert.deepEqual(model.batches, [
    { ids: [9, 3, 5, 1], outputs: 'none' },
    { ids: [1, 2, 8, 1], outputs: 'none' },
    { ids: [1], outputs: 'last' },
    { ids: [31], outputs: 'last' },
    { ids: [30], outputs: 'last' },
  ]);
  assert.equal(end.finishReason, 'length');
  assert.deepEqual(end.usage, { promptTokens: 9, completionTokens: 3 });
});

test('a stop token ends the answer, counts and has no text', async () => {
  const { ids, end, text } = await collect(fakeModel(), { stopIds: [5, 28] });
  assert.deepEqual(ids, [31, 30, 28]);
  assert.equal(text, 'xw');
  assert.equal(end.finishReason, 'stop');
  assert.equal(end.usage.completionTokens, 3);
});

test('half a character at the end is given out last', async () => {
  const { ids, end } = await collect(fakeModel(), { promptIds: [33], maxTokens: 1 });
  assert.deepEqual(ids, [1]);
  assert.equal(end.text, '\ufffd');
});

test('the answer fills the context and no more', async () => {
  const model = fakeModel({ contextTokens: 12 });
  const state = model.states.create();
  const { ids, end } = await collect(model, { state });
  // The last token need not be absorbed.
  assert.equal(ids.length, 4);
  assert.equal(state.length, 12);
  assert.equal(end.finishReason, 'length');
});

test('what cannot fit or is out of range is refused before anything runs', async () => {
  const model = fakeModel({ contextTokens: 8 });
  await assert.rejects(collect(model, {}), (error) => {
    assert.ok(error instanceof LanternError);
    assert.equal(error.code, 'context-overflow');
    assert.match(error.message, /9 tokens.*holds 8/);
    return true;
  });
  await assert.rejects(collect(fakeModel(), { promptIds: [] }), /no tokens/);
  await assert.rejects(collect(fakeModel(), { maxTokens: 0 }), /maxTokens is 0/);
  await assert.rejects(collect(fakeModel(), { sampling: { ...greedy, topP: 2 } }), /topP is 2/);
  assert.deepEqual(model.batches, []);
});

test('an abort is heard between chunks and between tokens', async () => {
  const model = fakeModel();
  const before = AbortSignal.abort(new Error('stop now'));
  await assert.rejects(collect(model, { signal: before }), /stop now/);
  assert.deepEqual(model.batches, []);

  // A timer that fires while tokens come shows that the event loop turns.
  const control = new AbortController();
  setImmediate(() => setImmediate(() => control.abort(new Error('enough'))));
  await assert.rejects(collect(model, { signal: control.signal }), /enough/);
  assert.ok(model.batches.length < 9, `${model.batches.length} batches`);
});

test('the seed decides the answer', async () => {
  const answer = async (seed: number) => {
    const sampling = { temperature: 1, topK: 0, topP: 1, minP: 0, seed };
    return (await collect(fakeModel({ sharpness: 1 }), { sampling, maxTokens: 20 })).ids;
  };
  assert.deepEqual(await answer(4), await answer(4));
  assert.notDeepEqual(await answer(4), await answer(5));
});
