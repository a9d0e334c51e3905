import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompletionOptions } from '../chat/chat-types.ts';
import { LanternError } from '../errors.ts';
import { fakeLogits, fakeModel } from './fake-model.ts';
import { Random } from './random.ts';
import { perplexity, scoreSequence } from './score.ts';
import { startCompletions } from './start-completions.ts';

type Model = ReturnType<typeof fakeModel>;
type Stream = ReturnType<typeof startCompletions>[number];

async function idsOf(stream: Stream): Promise<number[]> {
  const ids: number[] = [];
  for await (const event of stream) if (event.type === 'token') ids.push(event.id);
  return ids;
}

function complete(model: Model, prompt: readonly number[], options: CompletionOptions = {}): Stream {
  return startCompletions(model, prompt, 1, options)[0]!;
}

function randomPrompt(random: Random, length: number): number[] {
  return Array.from({ length }, () => Math.floor(32 * random.next()));
}

/** Lets pending batches be computed. */
const turn = () => new Promise((resume) => setImmediate(resume));

test('greedy answers are the likeliest token, again and again', async () => {
  const model = fakeModel();
  const prompt = [9, 3, 5, 1];
  const expected: number[] = [];
  for (let i = 0; i < 5; i++) {
    const logits = fakeLogits([...prompt, ...expected], 32);
    expected.push(logits.indexOf(Math.max(...logits)));
  }
  assert.deepEqual(await idsOf(complete(model, prompt, { maxTokens: 5 })), expected);
  assert.ok(model.isEmpty());
});

test('a prompt is absorbed in pieces, with logits of its end alone', async () => {
  const model = fakeModel({ maxBatchTokens: 16 });
  await complete(model, randomPrompt(new Random(1), 40), { maxTokens: 3 }).result;
  assert.deepEqual(model.batches, [
    { counts: [16], outputs: 0 },
    { counts: [16], outputs: 0 },
    { counts: [8], outputs: 1 },
    { counts: [1], outputs: 1 },
    { counts: [1], outputs: 1 },
  ]);
});

test('answers go on while a newcomer’s prompt is read in the room that is left', async () => {
  const model = fakeModel({ maxBatchTokens: 8 });
  const first = complete(model, [1, 2], { maxTokens: 20 });
  for (let i = 0; i < 4; i++) await turn();
  const second = complete(model, randomPrompt(new Random(2), 20), { maxTokens: 4 });
  await Promise.all([first.result, second.result]);
  const together = model.batches.filter(({ counts }) => counts.length === 2).map(({ counts }) => counts);
  assert.deepEqual(together.slice(0, 4), [
    [1, 7],
    [1, 7],
    [1, 6],
    [1, 1],
  ]);
});

test('any company, any room, cached or not, even given up and read again: the same answers as alone', async () => {
  const random = new Random(7);
  const upTo = (n: number) => Math.floor(n * random.next());
  let preempted = 0;
  for (let round = 0; round < 40; round++) {
    const sizes = {
      contextTokens: 400,
      cacheTokens: 256 + 64 * upTo(6),
      maxSequences: 1 + upTo(5),
      maxBatchTokens: 1 + upTo(40),
      maxOutputs: 8,
      cachedPrefixes: upTo(2) * (1 + upTo(6)),
      sharpness: 2,
    };
    const model = fakeModel(sizes);
    const system = randomPrompt(random, 1 + upTo(90));
    const requests = Array.from({ length: 1 + upTo(9) }, () => ({
      prompt: [...(random.next() < 0.6 ? system : []), ...randomPrompt(random, 1 + upTo(100))],
      count: 1 + upTo(2) * upTo(4),
      options: {
        maxTokens: 1 + upTo(60),
        temperature: 1,
        topK: 0,
        topP: 1,
        seed: upTo(1000),
        presencePenalty: random.next(),
        logprobs: 2,
      },
    }));
    const outcomes = await Promise.all(
      requests.map(async ({ prompt, count, options }) => {
        for (let i = upTo(6); i > 0; i--) await turn();
        return Promise.all(startCompletions(model, prompt, count, options).map(eventsOf));
      }),
    );
    const absorbed = model.batches.flatMap(({ counts }) => counts).reduce((a, b) => a + b);
    const needed = requests.reduce(
      (sum, { prompt, count, options }) => sum + count * (prompt.length + options.maxTokens),
      0,
    );
    if (absorbed > needed) preempted++;
    for (const [i, { prompt, count, options }] of requests.entries())
      for (let copy = 0; copy < count; copy++) {
        const alone = fakeModel({ contextTokens: 400, maxSequences: 1, sharpness: 2 });
        const single = { ...options, seed: options.seed + copy };
        assert.deepEqual(outcomes[i]![copy], await eventsOf(complete(alone, prompt, single)), `round ${round}, ${i}`);
      }
    assert.equal(model.scheduler.running + model.scheduler.waiting, 0);
    model.cache.clear();
    assert.ok(model.isEmpty(), `round ${round} leaks`);
  }
  assert.ok(preempted > 0, 'no round was short of pages');
});

async function eventsOf(stream: Stream) {
  const events: unknown[] = [];
  for await (const event of stream)
    if (event.type === 'end') {
      const { text, finishReason, usage } = event.result;
      events.push({ text, finishReason, completionTokens: usage.completionTokens });
    } else events.push(event);
  return events;
}

test('several answers to one prompt read it once', async () => {
  const model = fakeModel({ cachedPrefixes: 4, maxSequences: 3 });
  const prompt = randomPrompt(new Random(3), 50);
  const streams = startCompletions(model, prompt, 5, { maxTokens: 1, temperature: 1, seed: 1 });
  const results = await Promise.all(streams.map((stream) => stream.result));
  assert.deepEqual(
    results.map(({ usage }) => usage.cachedTokens),
    [0, 49, 49, 49, 49],
  );
  const absorbed = model.batches.flatMap(({ counts }) => counts).reduce((a, b) => a + b);
  assert.equal(absorbed, 50 + 4);
});

test('a follow-up reads only what is new, and says so', async () => {
  const model = fakeModel({ cachedPrefixes: 4, contextTokens: 512 });
  const prompt = randomPrompt(new Random(4), 200);
  const first = await complete(model, prompt, { maxTokens: 4 }).result;
  assert.equal(first.usage.cachedTokens, 0);
  const ids = await idsOf(complete(model, prompt, { maxTokens: 4 }));
  model.batches.length = 0;
  const followUp = await complete(model, [...prompt, ...ids, 1, 2, 3], { maxTokens: 1 }).result;
  // The last of the four tokens was never absorbed.
  assert.equal(followUp.usage.cachedTokens, 203);
  assert.deepEqual(
    model.batches.map(({ counts }) => counts),
    [[4]],
  );
});

test('two alike that come together: the second waits for what the first will leave', async () => {
  const model = fakeModel({ cachedPrefixes: 8, contextTokens: 4096, maxBatchTokens: 64 });
  const shared = randomPrompt(new Random(5), 1100);
  const [one, two] = await Promise.all(
    [[1], [2, 3]].map((rest) => complete(model, [...shared, ...rest], { maxTokens: 1 }).result),
  );
  // The state after 1,024 tokens is the last that both begin with.
  assert.deepEqual([one!.usage.cachedTokens, two!.usage.cachedTokens], [0, 1024]);
});

test('of those that wait the lowest priority begins first, of equals the first to come', async () => {
  const model = fakeModel({ maxSequences: 1 });
  const order: string[] = [];
  const ask = (name: string, priority?: number) =>
    complete(model, [1], { maxTokens: 2, ...(priority !== undefined && { priority }) }).result.then(() =>
      order.push(name),
    );
  await Promise.all([ask('a'), ask('b', 5), ask('c'), ask('d', -1), ask('e', 5), ask('f')]);
  assert.deepEqual(order, ['d', 'a', 'c', 'f', 'b', 'e']);
});

test('a constraint rules every token, and ends are held off until there are enough', async () => {
  const model = fakeModel();
  const accepted: number[] = [];
  const constraint = () => ({
    mask: (logits: Float32Array) => void logits.fill(Number.NEGATIVE_INFINITY, 0, 20),
    accept: (id: number) => void accepted.push(id),
  });
  const ids = await idsOf(complete(model, [1, 2], { maxTokens: 12, constraint }));
  assert.ok(ids.length === 12 && ids.every((id) => id >= 20));
  assert.deepEqual(accepted, ids);

  const free = await idsOf(complete(model, [1, 2], { maxTokens: 12 }));
  const stopIds = [free[2]!];
  assert.equal((await idsOf(complete(model, [1, 2], { maxTokens: 12, stopIds }))).length, 3);
  const late = await idsOf(complete(model, [1, 2], { maxTokens: 12, stopIds, minTokens: 6 }));
  assert.ok(late.length >= 6 && !late.slice(0, 6).includes(stopIds[0]!));
});

test('an abort ends a waiting, a reading and an answering job within one step and frees all they had', async () => {
  const model = fakeModel({ maxSequences: 2, maxBatchTokens: 4 });
  const controls = [0, 1, 2].map(() => new AbortController());
  const streams = [[1], randomPrompt(new Random(6), 200), [2]].map((prompt, i) =>
    complete(model, prompt, { signal: controls[i]!.signal }),
  );
  for (let i = 0; i < 6; i++) await turn();
  assert.deepEqual([model.scheduler.running, model.scheduler.waiting], [2, 1]);
  for (const [i, control] of controls.entries()) control.abort(new Error(`enough ${i}`));
  const before = model.batches.length;
  await Promise.all(streams.map((stream, i) => assert.rejects(stream.result, { message: `enough ${i}` })));
  assert.equal(model.batches.length, before);
  assert.ok(model.isEmpty());
  for (const stream of streams) await assert.rejects(idsOf(stream), /enough/);
});

test('a reader that leaves early ends its answer', async () => {
  const model = fakeModel();
  const stream = complete(model, [1]);
  for await (const event of stream) if (event.type === 'token') break;
  await assert.rejects(stream.result, { code: 'closed', message: /left before its end/ });
  for (let i = 0; i < 3; i++) await turn();
  assert.ok(model.batches.length < 10 && model.isEmpty());
});

test('a thousand short sequences leak nothing', async () => {
  const model = fakeModel({ cachedPrefixes: 3, maxSequences: 8, maxBatchTokens: 32 });
  const random = new Random(8);
  const streams = Array.from({ length: 1000 }, () =>
    complete(model, randomPrompt(random, 1 + Math.floor(20 * random.next())), { maxTokens: 3 }),
  );
  const results = await Promise.all(streams.map((stream) => stream.result));
  assert.ok(results.every(({ usage }) => usage.completionTokens === 3));
  assert.ok(model.cache.size <= 3);
  model.cache.clear();
  assert.ok(model.isEmpty());
});

test('an answer that fills the cache alone fails with what it says until then', async () => {
  const model = fakeModel({ contextTokens: 500, cacheTokens: 128 });
  const stream = complete(model, [1, 2, 3]);
  const ids: number[] = [];
  await assert.rejects(
    async () => {
      for await (const event of stream) if (event.type === 'token') ids.push(event.id);
    },
    { code: 'context-overflow', message: /cache is full; it holds 128 tokens/ },
  );
  assert.equal(ids.length, 126);
  assert.ok(model.isEmpty());
});

test('an answer fills the context and no more', async () => {
  const model = fakeModel({ contextTokens: 12 });
  const { usage, finishReason } = await complete(model, [1, 2, 3, 4, 5, 6, 7, 8, 9]).result;
  // The last token need not be absorbed.
  assert.deepEqual([usage.completionTokens, finishReason], [4, 'length']);
});

test('what can never fit, or comes after the end, is refused at once', async () => {
  const model = fakeModel({ contextTokens: 300, cacheTokens: 128 });
  const throws = (prompt: number[], options: CompletionOptions, message: RegExp) =>
    assert.throws(
      () => complete(model, prompt, options),
      (error) => error instanceof LanternError && message.test(error.message),
    );
  throws(randomPrompt(new Random(9), 200), {}, /200 tokens long; the attention cache holds 128/);
  throws(randomPrompt(new Random(9), 301), {}, /301 tokens long; the context holds 300/);
  throws([], {}, /no tokens/);
  throws([1], { maxTokens: 0 }, /maxTokens is 0; it must be an integer ≥ 1/);
  throws([1], { logprobs: 21 }, /logprobs is 21; it must be an integer from 0 to 20/);
  throws([1], { stop: ['x', ''] }, /stop has the text ""/);
  throws([1], { stopIds: [-1] }, /stopIds is -1/);
  throws([1], { topP: 2 }, /topP is 2/);
  assert.deepEqual(model.batches, []);
  throws([1, 99], {}, /token id 99 is not in 0..31/);
  const left = complete(model, [1]);
  await model.scheduler.close();
  await assert.rejects(left.result, { code: 'closed' });
  throws([1], {}, /closed/);
  assert.ok(model.isEmpty());
});

test('scores are the log-softmax of each row, whatever else is going on', async () => {
  const model = fakeModel({ maxOutputs: 3, maxBatchTokens: 8, cachedPrefixes: 2 });
  const ids = [9, 3, 5, 1, 18, 4, 8, 16];
  const beside = complete(model, [1, 2], { maxTokens: 9 });
  const done: number[] = [];
  const scores = await scoreSequence(model.scheduler, { ids, spans: [] }, { top: 4, onProgress: (n) => done.push(n) });
  await beside.result;
  assert.ok(model.batches.every(({ outputs }) => outputs <= 3));
  assert.deepEqual(done, [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual([scores.ids, scores.logprobs.length, scores.top.length], [ids, 7, 8]);
  ids.forEach((_, i) => {
    const weights = Array.from(fakeLogits(ids.slice(0, i + 1), 32), Math.exp);
    const total = weights.reduce((a, b) => a + b);
    const next = ids[i + 1];
    if (next !== undefined) assert.ok(Math.abs(scores.logprobs[i]! - Math.log(weights[next]! / total)) < 1e-6);
    const likeliest = weights.indexOf(Math.max(...weights));
    assert.equal(scores.top[i]!.length, 4);
    assert.equal(scores.top[i]![0]![0], likeliest);
    assert.ok(Math.abs(scores.top[i]![0]![1] - Math.log(weights[likeliest]! / total)) < 1e-6);
  });
  assert.deepEqual(await scoreSequence(model.scheduler, { ids: [], spans: [] }), { ids: [], logprobs: [], top: [] });
  await assert.rejects(
    scoreSequence(model.scheduler, { ids, spans: [] }, { signal: AbortSignal.abort(new Error('no')) }),
    /^Error: no/,
  );
});

test('perplexity of even odds is their number', () => {
  assert.ok(Math.abs(perplexity([Math.log(1 / 4), Math.log(1 / 4)]) - 4) < 1e-12);
});
