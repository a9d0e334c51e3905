import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { Checkpoint } from '../src/checkpoint/checkpoint.ts';
import { openCheckpoint } from '../src/checkpoint/open-checkpoint.ts';
import { fixture, floatsOf } from '../src/checkpoint/test-support.ts';
import { LanternError } from '../src/errors.ts';
import { loadEngine } from '../src/load-engine.ts';
import { pictureMedia } from '../src/media/picture-media.ts';
import type { Backend } from '../src/model/backend.ts';
import { referenceBackend } from '../src/reference/backend.ts';
import { wasmBackend } from '../src/wasm/backend.ts';
import { look } from './look.ts';
import { type MmprojOptions, writeMmproj } from './mmproj.ts';

const scratch = mkdtempSync(join(tmpdir(), 'lantern-test-'));
after(() => rmSync(scratch, { recursive: true }));

/** A model with a tower in safetensors, and the text model in GGUF that a tower of its width fits. */
const R1 = { model: fixture('dense-tied-r1'), text: join(fixture('gguf-r1-bf16'), 'model.gguf') };
const DENSE = { model: fixture('vision-dense'), text: join(fixture('gguf-r3-f16'), 'model.gguf') };

/** A fresh folder with a text model and mmproj files made of some towers. */
function folderWith(text: string, towers: Record<string, [model: string, options?: MmprojOptions]>): string {
  const folder = mkdtempSync(join(scratch, 'model-'));
  copyFileSync(text, join(folder, 'model.gguf'));
  for (const [name, [model, options]] of Object.entries(towers)) writeMmproj(join(folder, name), model, options);
  return folder;
}

/** A tower by itself in a folder of its own. */
function mmprojFile(model: string, options?: MmprojOptions): string {
  const path = join(mkdtempSync(join(scratch, 'tower-')), 'tower.gguf');
  writeMmproj(path, model, options);
  return path;
}

const refuses = (run: () => unknown, message: RegExp) =>
  assert.throws(
    run,
    (error) => error instanceof LanternError && message.test(error.message) && !error.message.includes('\n'),
  );

/** Two frames that differ, of 4 by 6 patches. */
const GRID = { rows: 4, columns: 6 };
const frame = (seed: number) => Uint8Array.from({ length: 24 * 768 }, (_, i) => Math.imul(i + seed, 2654435761) >>> 24);
const SLICE = { frames: [frame(1), frame(99)] as const, hash: '' };

async function embeddings(checkpoint: Checkpoint, backend: Backend): Promise<Float32Array> {
  const options = { contextTokens: 64, maxSequences: 1, maxBatchTokens: 8, maxOutputs: 1 };
  const runner = await backend.load(checkpoint.config, checkpoint.weights({ vision: true }), options);
  try {
    return look(runner.vision!, GRID, SLICE);
  } finally {
    await runner.close();
    checkpoint.close();
  }
}

const sameBits = (a: Float32Array, b: Float32Array) => Buffer.from(a.buffer).equals(Buffer.from(b.buffer));
const visionFloats = (checkpoint: Checkpoint) =>
  new Map([...floatsOf(checkpoint.weights({ vision: true }))].filter(([path]) => path.startsWith('vision.')));
const tensorsOf = (checkpoint: Checkpoint) => checkpoint.tensors.filter(({ part }) => part === 'vision');

for (const backend of [referenceBackend, wasmBackend({ threads: 2 })])
  describe(`an mmproj file, ${backend.name}`, () => {
    for (const { model, text } of [R1, DENSE])
      test(`${model.split('/').at(-1)}: embeddings are those from safetensors, bit for bit`, async () => {
        const expected = await embeddings(openCheckpoint(model), backend);
        assert.ok(expected.every(Number.isFinite) && expected.some((x) => x !== expected[0]));
        const seen = await embeddings(openCheckpoint(folderWith(text, { 'mmproj-BF16.gguf': [model] })), backend);
        assert.deepEqual(seen, expected);
      });

    test('matrices in F16 give what the same numbers in F32 give', async () => {
      const seen = (options: MmprojOptions) =>
        embeddings(openCheckpoint(R1.text, { mmproj: mmprojFile(R1.model, options) }), backend);
      assert.deepEqual(await seen({ format: 'F16' }), await seen({ format: 'F32', round: Math.f16round }));
    });
  });

test('a prompt with a picture scores the same on GGUF and mmproj as on safetensors', async () => {
  // Larger than the least area of both, which the mmproj file does not say.
  const image = { width: 288, height: 256, data: Uint8Array.from({ length: 288 * 256 * 3 }, (_, i) => (i * i) % 251) };
  const scored = async (path: string) => {
    const checkpoint = openCheckpoint(path);
    try {
      await using engine = await loadEngine(checkpoint, { threads: 2, contextTokens: 256 });
      const content = [{ type: 'image' as const }, { type: 'text' as const, text: 'What is this?' }];
      const media = [await pictureMedia(image, engine.processor)];
      return await engine.score(engine.prompt([{ role: 'user', content }], { media }));
    } finally {
      checkpoint.close();
    }
  };
  const expected = await scored(R1.model);
  const got = await scored(folderWith(R1.text, { 'mmproj.gguf': [R1.model] }));
  assert.ok(expected.logprobs.length > 72);
  assert.equal(got.logprobs.length, expected.logprobs.length);
  // The decays of the text model are stored as what comes of an exp.
  for (const [t, logprob] of expected.logprobs.entries())
    assert.ok(Math.abs(got.logprobs[t]! - logprob) < 1e-4, `row ${t}: ${got.logprobs[t]}, ${logprob}`);
});

test('an mmproj file has the configuration and the weights of the tower it was made from', () => {
  for (const { model, text } of [R1, DENSE]) {
    const original = openCheckpoint(model);
    for (const format of ['BF16', 'F16', 'F32'] as const) {
      const checkpoint = openCheckpoint(folderWith(text, { 'mmproj.gguf': [model, { format }] }));
      const vision = original.config.vision!;
      assert.deepEqual(checkpoint.config.vision, { ...vision, layerNormEps: Math.fround(vision.layerNormEps) });
      const [expected, got] = [visionFloats(original), visionFloats(checkpoint)];
      assert.deepEqual([...got.keys()], [...expected.keys()]);
      for (const [path, floats] of expected) {
        const isMatrix = /(kernels\.\d|weight)$/.test(path) && !path.includes('norm');
        const wanted = format === 'F16' && isMatrix ? floats.map(Math.f16round) : floats;
        assert.ok(sameBits(got.get(path)!, wanted), path);
      }
      // The patches' kernel is two tensors.
      assert.equal(tensorsOf(checkpoint).length, tensorsOf(original).length + 1);
      checkpoint.close();
    }
    original.close();
  }
});

test('an mmproj file is found beside a model, whether the folder or the file is opened', () => {
  const folder = folderWith(R1.text, { 'Qwen-mmproj-F16.gguf': [R1.model] });
  for (const path of [folder, join(folder, 'model.gguf')]) {
    const checkpoint = openCheckpoint(path);
    assert.equal(checkpoint.path, path);
    assert.equal(checkpoint.config.vision?.outHiddenSize, 64);
    assert.deepEqual(checkpoint.processor?.image, { minPixels: 65_536, maxPixels: 16_777_216 });
    assert.equal(checkpoint.weights().vision, null);
    assert.equal(checkpoint.weights({ vision: true }).vision?.layers.length, 1);
    checkpoint.close();
  }
});

test('the mmproj file that is named is taken, wherever it lies and whatever is beside the model', () => {
  const folder = folderWith(R1.text, {
    'mmproj-a.gguf': [R1.model, { without: 'mm.2.bias' }],
    'mmproj-b.gguf': [R1.model],
  });
  for (const mmproj of [join(folder, 'mmproj-b.gguf'), mmprojFile(R1.model)]) {
    const checkpoint = openCheckpoint(folder, { mmproj });
    assert.ok(checkpoint.weights({ vision: true }).vision);
    checkpoint.close();
  }
  refuses(() => openCheckpoint(folder, { mmproj: join(folder, 'none.gguf') }), /none.gguf: no such file/);
});

test('of two mmproj files none is taken', () => {
  const checkpoint = openCheckpoint(folderWith(R1.text, { 'mmproj-a.gguf': [R1.model], 'mmproj-b.gguf': [R1.model] }));
  assert.equal(checkpoint.config.vision, null);
  assert.equal(checkpoint.processor, null);
  assert.deepEqual(tensorsOf(checkpoint), []);
  refuses(() => checkpoint.weights({ vision: true }), /has no vision tower/);
  checkpoint.close();
});

test('a tower of another model is left alone where it was found, and refused where it was named', () => {
  const other: [model: string, options: MmprojOptions, refusal: RegExp][] = [
    [DENSE.model, {}, /tower gives embeddings of 32 numbers; the model's have 64/],
    [
      R1.model,
      { metadata: { 'clip.projector_type': { type: 'string', value: 'gemma3' } } },
      /clip.projector_type is "gemma3", only "qwen3vl_merger" is implemented/,
    ],
    [R1.model, { metadata: { 'clip.projector_type': null } }, /clip.projector_type is null/],
    [R1.model, { metadata: { 'clip.vision.projection_dim': null } }, /projection_dim is missing/],
  ];
  const alone = openCheckpoint(R1.text);
  const text = floatsOf(alone.weights());
  alone.close();
  for (const [model, options, refusal] of other) {
    refuses(() => openCheckpoint(R1.text, { mmproj: mmprojFile(model, options) }), refusal);
    const checkpoint = openCheckpoint(folderWith(R1.text, { 'mmproj.gguf': [model, options] }));
    assert.equal(checkpoint.config.vision, null);
    assert.equal(checkpoint.processor, null);
    assert.deepEqual(tensorsOf(checkpoint), []);
    for (const [path, floats] of floatsOf(checkpoint.weights())) assert.ok(sameBits(floats, text.get(path)!), path);
    checkpoint.close();
  }
});

test('what is wrong in an mmproj file is named', () => {
  const open = (options: MmprojOptions) => openCheckpoint(R1.text, { mmproj: mmprojFile(R1.model, options) });
  for (const name of [
    'v.patch_embd.weight',
    'v.patch_embd.weight.1',
    'v.blk.0.attn_qkv.bias',
    'v.post_ln.weight',
    'mm.2.weight',
  ])
    refuses(
      () => open({ without: name }).weights({ vision: true }),
      new RegExp(`tower.gguf: tensor ${name} is missing, its shape should be \\[`),
    );
  refuses(() => open({ without: 'v.position_embd.weight' }), /tower.gguf: tensor v.position_embd.weight is missing/);
  const metadata = (name: string, entry: NonNullable<MmprojOptions['metadata']>[string]) => () =>
    open({ metadata: { [`clip.vision.${name}`]: entry } }).weights({ vision: true });
  const u32 = (value: number) => ({ type: 'u32', value }) as const;
  refuses(metadata('feed_forward_length', u32(65)), /v.blk.0.ffn_up.weight has shape \[64,32\], \[65,32\] is expected/);
  refuses(metadata('block_count', u32(2)), /tensor v.blk.1.ln1.weight is missing/);
  refuses(metadata('block_count', null), /block_count is missing/);
  refuses(metadata('spatial_merge_size', u32(3)), /merged by 3; only 16, 2 and 2 are implemented/);
  refuses(
    metadata('is_deepstack_layers', { type: 'bools', value: [true] }),
    /is_deepstack_layers is \[1\], only false/,
  );
  refuses(metadata('image_mean', { type: 'f32s', value: [0.5, 0.25] }), /image_mean is \[0.5,0.25\], a list of three/);
  refuses(metadata('image_std', { type: 'f32', value: 0.5 }), /image_std is 0.5, a list of three/);
});

test('mean and deviation are those of the mmproj file, its optional keys may be absent', () => {
  const processor = (metadata: NonNullable<MmprojOptions['metadata']>) => {
    const checkpoint = openCheckpoint(R1.text, { mmproj: mmprojFile(R1.model, { metadata }) });
    checkpoint.close();
    return checkpoint.processor!;
  };
  const own = processor({
    'clip.vision.image_mean': { type: 'f32s', value: [0.25, 0.5, 0.75] },
    'clip.vision.image_std': { type: 'f32s', value: [0.125, 0.25, 1] },
  });
  assert.deepEqual(
    [own.mean, own.std],
    [
      [0.25, 0.5, 0.75],
      [0.125, 0.25, 1],
    ],
  );
  const usual = processor({
    'clip.vision.image_mean': null,
    'clip.vision.image_std': null,
    'clip.vision.is_deepstack_layers': null,
    'clip.vision.patch_size': null,
    'clip.vision.spatial_merge_size': null,
    'clip.vision.attention.layer_norm_epsilon': null,
  });
  assert.deepEqual(
    [usual.mean, usual.std],
    [
      [0.5, 0.5, 0.5],
      [0.5, 0.5, 0.5],
    ],
  );
});

test('a file found beside the model that is broken is named, not passed over', () => {
  const folder = folderWith(R1.text, { 'mmproj.gguf': [R1.model] });
  truncateSync(join(folder, 'mmproj.gguf'), 60_000);
  refuses(() => openCheckpoint(folder), /mmproj.gguf: tensor ".*" ends at byte \d+, the file at 60000/);
});

test('a vision tower is no model by itself', () => {
  assert.throws(
    () => openCheckpoint(mmprojFile(R1.model)),
    (error) =>
      error instanceof LanternError &&
      /architecture is "clip"/.test(error.message) &&
      /mmproj/.test(error.remedy ?? ''),
  );
});

test('an mmproj file has no part in a safetensors folder', () => {
  refuses(
    () => openCheckpoint(R1.model, { mmproj: mmprojFile(R1.model) }),
    /is no GGUF model, so .*tower.gguf has no part/,
  );
});
