import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompletionEvent, CompletionOptions } from '../chat/chat-types.ts';
import { fakeModel } from './fake-model.ts';
import { LookupDrafter } from './lookup-drafter.ts';
import { MtpDrafter } from './mtp-drafter.ts';
import { Random } from './random.ts';
import { startCompletions } from './start-completions.ts';

type Model = ReturnType<typeof fakeModel>;

const turn = () => new Promise((resume) => setImmediate(resume));

async function eventsOf(stream: AsyncIterable<CompletionEvent>): Promise<CompletionEvent[]> {
  const events: CompletionEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** Everything that an answer says, without what depends on the clock and on guesses. */
const sayings = (events: CompletionEvent[]) =>
  events.map((event) =>
    event.type === 'end'
      ? [event.result.text, event.result.finishReason, event.result.stopReason, event.result.usage.completionTokens]
      : event,
  );

function usageOf(events: CompletionEvent[]) {
  const end = events.at(-1)!;
  assert.ok(end.type === 'end');
  return end.result.usage;
}

const complete = (model: Model, prompt: readonly number[], options: CompletionOptions, count = 1) =>
  Promise.all(startCompletions(model, prompt, count, options).map(eventsOf));

const byMtp = (tokens: number, wrongDraftEvery: number) => ({
  drafted: tokens,
  wrongDraftEvery,
  drafter: (states: Model['states']) => new MtpDrafter(states, tokens),
});

test('right guesses bring several tokens a step, wrong ones none, and both are counted', async () => {
  const prompt = [9, 3, 5, 1];
  const [plain] = await complete(fakeModel({}), prompt, { maxTokens: 40 });
  for (const [wrongEvery, tokens] of [
    [1e9, 3],
    [1, 2],
    [3, 4],
  ] as const) {
    const model = fakeModel(byMtp(tokens, wrongEvery));
    const [events] = await complete(model, prompt, { maxTokens: 40 });
    assert.deepEqual(sayings(events!), sayings(plain!));
    const { acceptedDraftTokens: accepted, rejectedDraftTokens: rejected } = usageOf(events!);
    assert.deepEqual([model.scheduler.drafts.accepted, model.scheduler.drafts.tokens], [accepted, accepted + rejected]);
    // One token came with the prompt, and one with each step.
    assert.equal(model.batches.length - 1 + accepted, 39);
    if (wrongEvery === 1e9) assert.deepEqual([accepted, rejected, model.batches.length], [29, 0, 11]);
    if (wrongEvery === 1) assert.deepEqual([accepted, rejected], [0, 75]);
    if (wrongEvery === 3) assert.ok(accepted > 10 && rejected > 10, `${accepted} accepted, ${rejected} rejected`);
    assert.ok(model.isEmpty());
  }
});

test('with drafts and without: the same answers, whatever the company, the room and the sampling', async () => {
  const random = new Random(11);
  const upTo = (n: number) => Math.floor(n * random.next());
  const ids = (length: number) => Array.from({ length }, () => upTo(32));
  let [accepted, rejected, preempted] = [0, 0, 0];
  for (let round = 0; round < 60; round++) {
    const tokens = 1 + upTo(4);
    const lookup = round % 3 === 0;
    const max = 1 + upTo(4);
    const sizes = {
      contextTokens: 400,
      cacheTokens: 256 + 64 * upTo(6),
      maxSequences: 1 + upTo(5),
      maxBatchTokens: 1 + upTo(40),
      maxOutputs: 8 + upTo(20),
      cachedPrefixes: upTo(2) * (1 + upTo(6)),
      sharpness: 2 + 4 * upTo(3),
      ...byMtp(tokens, 1 + upTo(6)),
      ...(lookup && { drafter: () => new LookupDrafter({ tokens, max, min: 1 }) }),
    };
    const model = fakeModel(sizes);
    const system = ids(1 + upTo(90));
    const requests = Array.from({ length: 1 + upTo(9) }, () => ({
      prompt: [...(random.next() < 0.6 ? system : []), ...ids(1 + upTo(100))],
      count: 1 + upTo(2) * upTo(4),
      options: {
        maxTokens: 1 + upTo(60),
        minTokens: upTo(5),
        temperature: upTo(2),
        topK: 0,
        topP: 1,
        seed: upTo(1000),
        presencePenalty: random.next(),
        repetitionPenalty: 1 + random.next(),
        logprobs: 2,
        stop: upTo(3) === 0 ? [String.fromCharCode(89 + 8 + upTo(24))] : [],
        stopIds: upTo(3) === 0 ? [upTo(32)] : [],
      },
    }));
    const outcomes = await Promise.all(
      requests.map(async ({ prompt, count, options }) => {
        for (let i = upTo(6); i > 0; i--) await turn();
        return complete(model, prompt, options, count);
      }),
    );
    for (const [i, { prompt, count, options }] of requests.entries())
      for (let copy = 0; copy < count; copy++) {
        const alone = fakeModel({ contextTokens: 400, maxSequences: 1, sharpness: sizes.sharpness });
        const [expected] = await complete(alone, prompt, { ...options, seed: options.seed + copy });
        assert.deepEqual(sayings(outcomes[i]![copy]!), sayings(expected!), `round ${round}, ${i}`);
      }
    accepted += model.scheduler.drafts.accepted;
    rejected += model.scheduler.drafts.tokens - model.scheduler.drafts.accepted;
    preempted += model.scheduler.preemptions;
    model.cache.clear();
    assert.ok(model.isEmpty(), `round ${round} leaks`);
  }
  assert.ok(accepted > 500 && rejected > 500 && preempted > 0, `${accepted}, ${rejected}, ${preempted}`);
});

test('a remembered answer goes on as if it had been read, with no guess left in it', async () => {
  const model = fakeModel({ ...byMtp(3, 4), cachedPrefixes: 4 });
  const prompt = [1, 2, 3, 4];
  const [events] = await complete(model, prompt, { maxTokens: 70 });
  const answer = events!.flatMap((event) => (event.type === 'token' ? [event.id] : []));
  const next = [...prompt, ...answer, 5, 6];
  const [second] = await complete(model, next, { maxTokens: 20 });
  assert.ok(usageOf(second!).cachedTokens >= prompt.length + answer.length - 1);
  const [expected] = await complete(fakeModel({}), next, { maxTokens: 20 });
  assert.deepEqual(sayings(second!), sayings(expected!));
});

test('an answer is drafted only as far as it may become', async () => {
  const model = fakeModel(byMtp(4, 1e9));
  await complete(model, [1, 2], { maxTokens: 4 });
  assert.deepEqual(
    model.batches.map(({ counts }) => counts),
    [[2], [3]],
  );
});

test('lookup guesses what followed the longest, then latest match, and goes on where it repeats', () => {
  const drafter = new LookupDrafter({ tokens: 8, max: 3, min: 2 });
  const draft = (ids: number[], limit: number) => drafter.draft([{ state: { length: 0 }, ids, limit }])[0];
  assert.deepEqual(draft([1, 2, 3, 9, 8, 7, 1, 2, 3], 3), [9, 8, 7]);
  assert.deepEqual(draft([1, 2, 3, 9, 2, 3, 8, 5, 1, 2, 3], 2), [9, 2]);
  assert.deepEqual(draft([4, 2, 3, 9, 5, 2, 3, 8, 1, 2, 3], 2), [8, 1]);
  assert.deepEqual(draft([1, 3, 9, 2, 3], 2), []);
  assert.deepEqual(draft([5, 6, 5, 6], 5), [5, 6, 5, 6, 5]);
  assert.deepEqual(draft([7], 5), []);
});
