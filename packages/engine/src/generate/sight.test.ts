import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompletionOptions } from '../chat/chat-types.ts';
import type { MediaSpan } from '../media/media-span.ts';
import { fakeCell, fakeLogits, fakeModel } from './fake-model.ts';
import { scoreSequence } from './score.ts';
import { startAnswers } from './start-answers.ts';

type Model = ReturnType<typeof fakeModel>;
type Part = number | { hash: string; rows?: number; columns?: number };

const PAD = 31;

/** A prompt of token ids and pictures, by default of 4 by 4 patches. */
function promptOf(...parts: Part[]) {
  const ids: number[] = [];
  const spans: MediaSpan[] = [];
  for (const part of parts) {
    if (typeof part === 'number') {
      ids.push(part);
      continue;
    }
    const { hash, rows = 4, columns = 4 } = part;
    const count = (rows * columns) / 4;
    const slice = { frames: [new Uint8Array(), new Uint8Array()] as const, hash };
    spans.push({ kind: 'image', start: ids.length, count, columns: columns / 2, shape: { rows, columns }, slice });
    ids.push(...Array<number>(count).fill(PAD));
  }
  return { ids, spans, starts: [], startsInThinking: false };
}

/** What the fake model is told: the ids, with what the tower made of the cells. */
function absorbed({ ids, spans }: ReturnType<typeof promptOf>): number[] {
  const seen = [...ids];
  for (const { start, count, slice } of spans) for (let i = 0; i < count; i++) seen[start + i] = fakeCell(slice, i);
  return seen;
}

function answer(model: Model, prompt: ReturnType<typeof promptOf>, options: CompletionOptions = {}, count = 1) {
  return startAnswers(model, prompt, { maxTokens: 3, ...options }, count, () => ({
    reader: { push: () => [], end: () => [], stopped: null, inReasoning: false },
    onEvent: () => undefined,
    keep: () => true,
    result: ({ usage }) => usage,
  }));
}

async function idsOf(stream: ReturnType<typeof answer>[number]): Promise<number[]> {
  const ids: number[] = [];
  for await (const event of stream) if (typeof event === 'object' && event.type === 'token') ids.push(event.id);
  return ids;
}

function greedy(prompt: ReturnType<typeof promptOf>, count: number): number[] {
  const ids = absorbed(prompt);
  for (let i = 0; i < count; i++) {
    const logits = fakeLogits(ids, 32);
    ids.push(logits.indexOf(Math.max(...logits)));
  }
  return ids.slice(-count);
}

test('what was seen stands in place of its tokens, however the prompt is cut', async () => {
  const prompt = promptOf(3, { hash: 'a' }, 5, 6, { hash: 'b', rows: 6, columns: 8 }, { hash: 'c' }, 7);
  for (const maxBatchTokens of [1, 3, 16, 64]) {
    const model = fakeModel({ pieces: 3, maxBatchTokens });
    assert.deepEqual(await idsOf(answer(model, prompt)[0]!), greedy(prompt, 3));
    assert.ok(model.isEmpty());
    assert.deepEqual([model.sight.counts.slices, model.sight.counts.cachedSlices], [3, 0]);
  }
});

test('answers get a token between any two pieces of a picture', async () => {
  const model = fakeModel({ pieces: 12 });
  const beside = answer(model, promptOf(1, 2), { maxTokens: 40 })[0]!;
  const events: number[] = [];
  const reading = (async () => {
    for await (const event of beside)
      if (typeof event === 'object' && event.type === 'token') events.push(model.sight.counts.slices);
  })();
  await answer(model, promptOf({ hash: 'a' }, 3))[0]!.result;
  await reading;
  // One for each piece before the picture is done.
  assert.ok(events.filter((slices) => slices === 0).length >= 11, String(events));
});

test('the same picture again costs no look, wherever it stands and however many answers there are', async () => {
  const model = fakeModel({ pieces: 3, cachedPrefixes: 4, maxBatchTokens: 8 });
  const first = promptOf(1, { hash: 'a' }, 5);
  const usages = await Promise.all(answer(model, first, {}, 3).map((stream) => stream.result));
  assert.deepEqual(usages.map(({ cachedTokens }) => cachedTokens).sort(), [0, 5, 5]);
  assert.equal(model.sight.counts.slices, 1);
  const later = promptOf(9, 9, { hash: 'a' }, { hash: 'a' }, 4);
  assert.deepEqual(await idsOf(answer(model, later)[0]!), greedy(later, 3));
  assert.equal(model.sight.counts.slices, 1);
});

test('a prefix with another picture of the same size is another prefix', async () => {
  const model = fakeModel({ pieces: 1, cachedPrefixes: 4 });
  const prompts = ['a', 'b'].map((hash) => promptOf(1, { hash }, 5, 6, 7));
  for (const prompt of prompts) {
    const stream = answer(model, prompt)[0]!;
    assert.deepEqual(await idsOf(stream), greedy(prompt, 3));
    assert.equal((await stream.result).cachedTokens, 0);
  }
  const again = promptOf(1, { hash: 'a' }, 5, 6, 7, ...greedy(prompts[0]!, 3).slice(0, 2), 8);
  assert.ok((await answer(model, again)[0]!.result).cachedTokens >= again.ids.length - 2);
});

test('what was seen gives way to newer, and is looked at again', async () => {
  const model = fakeModel({ pieces: 2, sightBytes: 40 });
  for (const hash of ['a', 'b', 'c', 'a']) await answer(model, promptOf({ hash }, 1))[0]!.result;
  assert.equal(model.sight.counts.slices, 4);
  // Even where next to nothing may be remembered, prompts with several pictures are read.
  const small = fakeModel({ pieces: 2, sightBytes: 0 });
  const prompts = ['a', 'b'].map((hash) => promptOf(1, { hash }, { hash: 'c' }, 3));
  const answers = await Promise.all(prompts.map((prompt) => idsOf(answer(small, prompt)[0]!)));
  assert.deepEqual(
    answers,
    prompts.map((prompt) => greedy(prompt, 3)),
  );
});

test('an abort while a picture is looked at ends the answer, and the next one begins', async () => {
  const model = fakeModel({ pieces: 50 });
  const controller = new AbortController();
  const stopped = answer(model, promptOf({ hash: 'a' }, 1), { signal: controller.signal })[0]!;
  await new Promise((resume) => setImmediate(resume));
  controller.abort(new Error('enough'));
  await assert.rejects(stopped.result, /enough/);
  const next = promptOf({ hash: 'b' }, 1);
  assert.deepEqual(await idsOf(answer(model, next)[0]!), greedy(next, 3));
  assert.equal(model.sight.counts.slices, 1);
  assert.ok(model.isEmpty());
});

test('scores of a prompt with pictures', async () => {
  const model = fakeModel({ pieces: 2, maxOutputs: 3 });
  const prompt = promptOf(3, { hash: 'a' }, 5, 6);
  const { top } = await scoreSequence(model.scheduler, prompt, { top: 1 });
  const ids = absorbed(prompt);
  for (const [t, [best]] of top.entries()) {
    const logits = fakeLogits(ids.slice(0, t + 1), 32);
    assert.equal(best![0], logits.indexOf(Math.max(...logits)));
  }
});

test('a picture that cannot be seen is refused at once', () => {
  const refused = (model: Model, part: Part, message: RegExp) =>
    assert.throws(() => answer(model, promptOf(part, 1)), { name: 'LanternError', message });
  refused(fakeModel(), { hash: 'a' }, /without a vision tower/);
  refused(fakeModel({ pieces: 1 }), { hash: 'a', rows: 10, columns: 8 }, /10 by 8 patches; .* 64/);
});
