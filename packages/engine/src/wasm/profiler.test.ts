import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openEngine } from '../open-engine.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

for (const name of ['dense-tied-r1', 'fp8-moe'])
  test(`what ${name} costs, step by step, and the same logits`, async () => {
    await using engine = await openEngine(fixture(name), { contextTokens: 128, threads: 2, prefixCacheBytes: 0 });
    const run = () => {
      const state = engine.states.create();
      engine.states.runBatch([{ state, ids: [1, 2, 3, 4, 5], outputs: 'none' }]);
      const logits = engine.states.runBatch([{ state, ids: [6], outputs: 'last' }]).slice();
      engine.states.drop(state);
      return logits;
    };
    const plain = run();
    const profile = engine.runner.profile!();
    const profiled = run();
    const costs = profile.stop();
    assert.deepEqual(profiled, plain);
    assert.deepEqual(run(), plain);

    const { layerTypes } = engine.config;
    const calls = new Map(costs.map((cost) => [cost.label, cost.calls]));
    assert.equal(calls.get('delta-rule'), 2 * layerTypes.filter((type) => type === 'linear_attention').length);
    assert.equal(calls.get('attend'), 2 * layerTypes.filter((type) => type === 'full_attention').length);
    assert.equal(calls.get('project last hidden → logits'), 1);
    for (const { label, seconds, waiting } of costs) assert.ok(waiting >= 0 && waiting <= seconds, label);
    assert.deepEqual(
      costs.map(({ seconds }) => seconds),
      costs.map(({ seconds }) => seconds).toSorted((a, b) => b - a),
    );
    const output = costs.find(({ label }) => label === 'project last hidden → logits')!;
    const { vocabSize, hiddenSize } = engine.config;
    assert.equal(output.operations, 2 * vocabSize * hiddenSize);
    assert.ok(output.bytes >= vocabSize * hiddenSize && output.bytes < 5 * vocabSize * hiddenSize);
    // Six tokens, of which each sees itself and those before.
    const attend = costs.find(({ label }) => label === 'attend')!;
    const { numHeads, headDim } = engine.config.attention;
    assert.equal(attend.operations, (calls.get('attend')! / 2) * (1 + 2 + 3 + 4 + 5 + 6) * numHeads * headDim * 4);
  });
