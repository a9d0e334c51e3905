import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCheckpoint } from '@lantern/engine/node';
import { weightsFromGguf } from '../../packages/engine/src/checkpoint/names-gguf.ts';
import { Staging } from '../../packages/engine/src/checkpoint/staging.ts';
import { TensorTable } from '../../packages/engine/src/checkpoint/tensor-table.ts';
import { TRAINED_MODEL } from './trained-model.ts';
import { trainedTensors } from './trained-tensors.ts';

test('the trained model under GGUF names is the same model', () => {
  const { config, weights, close } = openCheckpoint(TRAINED_MODEL);
  const given = weights();
  const tensors = trainedTensors(config, given, 'q8_0');
  const back = weightsFromGguf(new TensorTable('rounded', tensors, new Staging()), config);
  assert.deepEqual(back.norm, given.norm);
  back.layers.forEach((layer, n) => {
    const { inputNorm, mixer } = given.layers[n]!;
    assert.deepEqual(layer.inputNorm, inputNorm);
    assert.equal(layer.mixer.type, mixer.type);
    if (layer.mixer.type === 'linear_attention' && mixer.type === 'linear_attention')
      assert.deepEqual(layer.mixer.decay, mixer.decay);
    assert.equal(layer.mixer.out.storedAs, 'Q8_0');
    assert.equal(layer.mlp.kind === 'moe' && layer.mlp.router.storedAs, 'F32');
  });
  close();
});
