import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from './byte-source.ts';
import { configFromHuggingFace } from './config-from-hf.ts';
import { jsonObject } from './json.ts';
import { type HuggingFaceStorage, weightsFromHuggingFace } from './names-hf.ts';
import { openFile } from './node-files.ts';
import { readSafetensors } from './safetensors.ts';
import { Staging } from './staging.ts';
import type { StoredTensor } from './stored-tensor.ts';
import { TensorTable } from './tensor-table.ts';
import { fixture, floatsOf } from './test-support.ts';

const plain: HuggingFaceStorage = { normsLessOne: true, gptq: null };

/** Floats of a fixture whose tensors were changed before the names are looked at. */
function floats(name: string, change: (tensors: StoredTensor[]) => StoredTensor[] = (t) => t, storage = plain) {
  const config = configFromHuggingFace(jsonObject(readText(openFile(fixture(`${name}/config.json`))), name), name);
  const { tensors } = readSafetensors(openFile(fixture(`${name}/model.safetensors`)));
  return floatsOf(weightsFromHuggingFace(new TensorTable(name, change(tensors), new Staging()), config, storage));
}

const renamed = (from: string, to: string) => (tensors: StoredTensor[]) =>
  tensors.map((tensor) => ({ ...tensor, name: tensor.name.replace(from, to) }));

test('text-only, multimodal and MLX prefixes lead to the same weights', () => {
  const expected = floats('dense-tied-r1');
  for (const prefix of ['model.', 'language_model.model.'])
    assert.deepEqual(floats('dense-tied-r1', renamed('model.language_model.', prefix)), expected);
  const untied = floats('dense-text-r4');
  assert.deepEqual(floats('dense-text-r4', renamed('lm_head', 'language_model.lm_head')), untied);
});

test('experts one by one are the slices of fused ones', () => {
  const expected = floats('moe-vision-r2');
  const split = floats('moe-vision-r2', (tensors) =>
    tensors.flatMap((tensor) => {
      const match = /^(.*\.experts\.)(gate_up|down)_proj$/.exec(tensor.name);
      if (!match) return [tensor];
      const [numExperts, rows, columns] = tensor.shape as [number, number, number];
      const parts = match[2] === 'down' ? ['down'] : ['gate', 'up'];
      const bytes = tensor.bytes / numExperts / parts.length;
      return Array.from({ length: numExperts * parts.length }, (_, i) => ({
        ...tensor,
        name: `${match[1]}${Math.floor(i / parts.length)}.${parts[i % parts.length]}_proj.weight`,
        shape: [rows / parts.length, columns],
        offset: tensor.offset + i * bytes,
        bytes,
      }));
    }),
  );
  assert.equal(split.size, expected.size);
  assert.deepEqual(split, expected);
});

test('norms get their 1 only where the file leaves it out; the gated norm never does', () => {
  const added = floats('dense-tied-r1');
  const stored = floats('dense-tied-r1', (t) => t, { ...plain, normsLessOne: false });
  for (const [path, values] of added) {
    const one = /[nN]orm$/.test(path) && !path.endsWith('mixer.norm') ? 1 : 0;
    assert.deepEqual(
      values,
      stored.get(path)!.map((x) => x + one),
      path,
    );
  }
  assert.ok(added.get('layers.0.mixer.decay')!.every((x) => x < 0));
});

test('value heads come out tiled, in every tensor that has them', () => {
  // As if they had stood tiled in the file: swap what belongs to heads 1 and 2 of four (two key heads).
  const found = floats('moe-vision-r2');
  const source = openFile(fixture('moe-vision-r2/model.safetensors'));
  const stored = new Map(readSafetensors(source).tensors.map((tensor) => [tensor.name, tensor]));
  const at = 'model.language_model.layers.0.linear_attn.';
  const bf16 = (name: string): Float32Array => {
    const tensor = stored.get(at + name)!;
    const bytes = new Uint8Array(tensor.bytes);
    source.read(tensor.offset, bytes);
    if (tensor.format === 'F32') return new Float32Array(bytes.buffer);
    return new Float32Array(Uint32Array.from(new Uint16Array(bytes.buffer), (bits) => bits << 16).buffer);
  };
  const [heads, dim, hidden, kernel, keys] = [[0, 2, 1, 3], 32, 32, 4, 128];
  const rows = (values: Float32Array, size: number, start = 0) => {
    const out = values.slice();
    heads.forEach((head, n) => {
      out.set(values.slice(start + head * size, start + (head + 1) * size), start + n * size);
    });
    return out;
  };
  const mixer = (name: string) => found.get(`layers.0.mixer.${name}`)!;
  assert.deepEqual(mixer('qkv'), rows(bf16('in_proj_qkv.weight'), dim * hidden, keys * hidden));
  assert.deepEqual(mixer('z'), rows(bf16('in_proj_z.weight'), dim * hidden));
  assert.deepEqual(mixer('a'), rows(bf16('in_proj_a.weight'), hidden));
  assert.deepEqual(mixer('b'), rows(bf16('in_proj_b.weight'), hidden));
  assert.deepEqual(mixer('conv'), rows(bf16('conv1d.weight'), dim * kernel, keys * kernel));
  assert.deepEqual(mixer('dtBias'), rows(bf16('dt_bias'), 1));
  assert.deepEqual(
    mixer('decay'),
    rows(
      bf16('A_log').map((x) => -Math.exp(x)),
      1,
    ),
  );
  const out = bf16('out_proj.weight');
  for (let row = 0; row < hidden; row++)
    assert.deepEqual(
      mixer('out').subarray(row * 128, row * 128 + 128),
      rows(out.slice(row * 128, row * 128 + 128), dim),
    );
});
