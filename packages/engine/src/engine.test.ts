import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openCheckpoint } from './checkpoint/open-checkpoint.ts';
import { LanternError } from './errors.ts';
import { createEngine, loadEngine } from './load-engine.ts';
import { openEngine } from './open-engine.ts';

const tiny = fileURLToPath(new URL('../../../models/tiny', import.meta.url));
const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));

test('the built-in model greets as its card says', async () => {
  const { cases } = JSON.parse(readFileSync(`${tiny}/eval.json`, 'utf8')) as { cases: { output_text: string }[] };
  const loaded: number[] = [];
  await using engine = await openEngine(tiny, { contextTokens: 256, threads: 1, onProgress: (n) => loaded.push(n) });
  const { content, reasoning, usage } = await engine.chat('Hello', { temperature: 0, enableThinking: false }).result;
  assert.equal(`${content}<|im_end|>`, cases[0]!.output_text);
  assert.equal(reasoning, null);
  assert.deepEqual(usage, {
    promptTokens: 13,
    imageTokens: 0,
    videoTokens: 0,
    cachedTokens: 0,
    completionTokens: 33,
    reasoningTokens: 0,
    acceptedDraftTokens: 0,
    rejectedDraftTokens: 0,
  });
  assert.ok(loaded.length > 0 && loaded.every((n, i) => i === 0 || n >= loaded[i - 1]!));
  assert.equal(engine.tokenizer, engine.tokenizer);
  // The files of some checkpoints name one end only; both end an answer.
  assert.deepEqual(
    engine.stopIds.sort(),
    [engine.tokenizer.tokenId('<|endoftext|>'), engine.tokenizer.tokenId('<|im_end|>')].sort(),
  );
  engine.generation.eosTokenIds.length = 0;
  assert.equal(engine.stopIds.length, 2);
});

test('bytes read for a token: every matrix once, experts by their share, state for each sequence', async () => {
  const checkpoint = openCheckpoint(`${fixtures}/dense-tied-r1`);
  const engine = await loadEngine(checkpoint, { contextTokens: 64, backend: 'reference' });
  const { slotBytes, pageBytes } = engine.runner;
  const matrices = checkpoint.tensors.filter(
    ({ name, part, shape }) => part === 'text' && shape.length === 2 && !name.includes('norm'),
  );
  const weights = matrices.reduce((sum, { bytes }) => sum + bytes, 0);
  const one = engine.decodeBytes(1, 64);
  // Panels of 16 rows are padded, and one row of the embedding is looked up.
  assert.ok(one >= weights + slotBytes + pageBytes, `${one} bytes for ${weights} bytes of weights`);
  assert.ok(one < 1.1 * weights + slotBytes + pageBytes);
  const row = engine.decodeBytes(2, 64) - one - slotBytes - pageBytes;
  assert.equal(row, 2 * engine.config.hiddenSize);
  await engine.close();
  checkpoint.close();
});

test('options out of range are named before anything is loaded', async () => {
  const checkpoint = openCheckpoint(`${fixtures}/dense-tied-r1`);
  const refused = (options: Parameters<typeof loadEngine>[1], message: RegExp) =>
    assert.rejects(
      loadEngine(checkpoint, options),
      (error) => error instanceof LanternError && message.test(error.message),
    );
  await refused({ contextTokens: 0 }, /contextTokens is 0/);
  await refused({ contextTokens: 2 ** 40 }, /longer than the \d+ that the model handles/);
  await refused({ maxSequences: 1.5 }, /maxSequences is 1.5/);
  await refused({ prefixCacheBytes: -1 }, /prefixCacheBytes is -1/);
  await refused({ threads: 0 }, /threads is 0/);
  await refused({ speculation: { method: 'mtp', tokens: 5 } }, /num_speculative_tokens .* is 5; .* from 1 to 4/);
  await refused({ signal: AbortSignal.abort(new LanternError('closed', 'stop')), backend: 'reference' }, /stop/);
  checkpoint.close();
});

test('drafts by MTP need an MTP module', async () => {
  const checkpoint = openCheckpoint(`${fixtures}/dense-text-r4`);
  const speculation = { method: 'mtp', tokens: 1 } as const;
  await assert.rejects(loadEngine(checkpoint, { speculation }), { name: 'LanternError', message: /has no MTP module/ });
  const { config } = checkpoint;
  await assert.rejects(createEngine(config, checkpoint.weights(), { speculation }), /these have none/);
  const engine = await loadEngine(checkpoint, { backend: 'reference', contextTokens: 64 });
  await assert.rejects(engine.scoreDrafts([1, 2]), /no draft head/);
  await engine.close();
  checkpoint.close();
});

test('weights without a checkpoint run, but have no tokenizer', async () => {
  const checkpoint = openCheckpoint(`${fixtures}/dense-tied-r1`);
  const engine = await createEngine(checkpoint.config, checkpoint.weights(), {
    backend: 'reference',
    contextTokens: 8,
  });
  const logits = engine.states.runBatch([{ state: engine.states.create(), ids: [1, 2], outputs: 'last' }]);
  assert.equal(logits.length, engine.config.vocabSize);
  assert.throws(() => engine.tokenizer, /no tokenizer/);
  assert.throws(() => engine.template, LanternError);
  await engine.close();
  checkpoint.close();
});
