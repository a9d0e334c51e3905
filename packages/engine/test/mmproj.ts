import { type Folder, folderJson } from '../src/checkpoint/folder.ts';
import type { GgufEntry } from '../src/checkpoint/gguf-header.ts';
import { openFolder } from '../src/checkpoint/node-files.ts';
import { processorConfig } from '../src/checkpoint/processor-config.ts';
import { readSafetensorsFolder } from '../src/checkpoint/safetensors.ts';
import { Staging } from '../src/checkpoint/staging.ts';
import { readVector } from '../src/checkpoint/stored-matrix.ts';
import type { StoredTensor } from '../src/checkpoint/stored-tensor.ts';
import { memoryTensor } from '../src/checkpoint/test-support.ts';
import { visionConfigFromHuggingFace } from '../src/checkpoint/vision-config-reader.ts';
import { writeGguf } from '../src/checkpoint/write-gguf.ts';

type Format = 'BF16' | 'F16' | 'F32';

/** What an mmproj file gets beside a tower's plain conversion. */
export type MmprojOptions = {
  /** Of the matrices; vectors and positions are F32. */
  format?: Format;
  /** What becomes of the matrices' numbers first. */
  round?: (x: number) => number;
  /** Metadata to change or (null) leave out. */
  metadata?: Record<string, GgufEntry | null>;
  /** A tensor to leave out. */
  without?: string;
};

/** Writes the vision tower of a folder in Hugging Face layout as the mmproj file that llama.cpp's converter makes of it. */
export function writeMmproj(
  path: string,
  model: string,
  { format = 'BF16', round = (x) => x, metadata: changes = {}, without }: MmprojOptions = {},
): void {
  const folder = openFolder(model);
  const opened: ReturnType<Folder['open']>[] = [];
  try {
    const metadata = mmprojMetadata(folder);
    for (const [key, entry] of Object.entries(changes)) {
      if (entry) metadata.set(key, entry);
      else metadata.delete(key);
    }
    const tensors = readSafetensorsFolder(folder, opened).tensors.flatMap((tensor) =>
      mmprojTensors(tensor, (name, shape, values) => encoded(name, format, shape, values.map(round))),
    );
    writeGguf(
      path,
      metadata,
      tensors.filter(({ name }) => name !== without),
    );
  } finally {
    for (const source of opened) source.close();
  }
}

function mmprojMetadata(folder: Folder): Map<string, GgufEntry> {
  const vision = visionConfigFromHuggingFace(folderJson(folder, 'config.json')!, folder.path)!;
  const { mean, std } = processorConfig(folder);
  const u32 = (value: number): GgufEntry => ({ type: 'u32', value });
  return new Map<string, GgufEntry>([
    ['general.architecture', { type: 'string', value: 'clip' }],
    ['clip.has_vision_encoder', { type: 'bool', value: true }],
    ['clip.projector_type', { type: 'string', value: 'qwen3vl_merger' }],
    ['clip.use_gelu', { type: 'bool', value: true }],
    ['clip.vision.image_size', u32(vision.positionSide * vision.patchSize)],
    ['clip.vision.patch_size', u32(vision.patchSize)],
    ['clip.vision.embedding_length', u32(vision.hiddenSize)],
    ['clip.vision.feed_forward_length', u32(vision.intermediateSize)],
    ['clip.vision.block_count', u32(vision.depth)],
    ['clip.vision.attention.head_count', u32(vision.numHeads)],
    ['clip.vision.attention.layer_norm_epsilon', { type: 'f32', value: vision.layerNormEps }],
    ['clip.vision.projection_dim', u32(vision.outHiddenSize)],
    ['clip.vision.spatial_merge_size', u32(vision.spatialMergeSize)],
    ['clip.vision.image_mean', { type: 'f32s', value: mean }],
    ['clip.vision.image_std', { type: 'f32s', value: std }],
    ['clip.vision.is_deepstack_layers', { type: 'bools', value: Array(vision.depth).fill(false) }],
  ]);
}

/** Names in Hugging Face files, and what they become in an mmproj file. */
const NAMES: [RegExp, string][] = [
  [/^patch_embed\.proj\./, 'v.patch_embd.'],
  [/^pos_embed\./, 'v.position_embd.'],
  [/^blocks\.(\d+)\.norm(\d)\./, 'v.blk.$1.ln$2.'],
  [/^blocks\.(\d+)\.attn\.qkv\./, 'v.blk.$1.attn_qkv.'],
  [/^blocks\.(\d+)\.attn\.proj\./, 'v.blk.$1.attn_out.'],
  [/^blocks\.(\d+)\.mlp\.linear_fc1\./, 'v.blk.$1.ffn_up.'],
  [/^blocks\.(\d+)\.mlp\.linear_fc2\./, 'v.blk.$1.ffn_down.'],
  [/^merger\.norm\./, 'v.post_ln.'],
  [/^merger\.linear_fc1\./, 'mm.0.'],
  [/^merger\.linear_fc2\./, 'mm.2.'],
];

/** What a tensor becomes: none outside the tower, one for each of the patch kernel's frames, else one. */
function mmprojTensors(
  tensor: StoredTensor,
  matrix: (name: string, shape: number[], values: Float32Array) => StoredTensor,
): StoredTensor[] {
  const [, inTower] = /^model\.visual\.(.*)/.exec(tensor.name) ?? [];
  if (inTower === undefined) return [];
  const [pattern, replacement] = NAMES.find(([known]) => known.test(inTower))!;
  const name = inTower.replace(pattern, replacement);
  const values = readVector(tensor, new Staging());
  if (tensor.shape.length === 5) {
    const [out, channels, frames, rows, columns] = tensor.shape as [number, number, number, number, number];
    const area = rows * columns;
    return Array.from({ length: frames }, (_, t) => {
      const kernel = Float32Array.from({ length: out * channels * area }, (_, i) => {
        const block = Math.floor(i / area);
        return values[(block * frames + t) * area + (i % area)]!;
      });
      return matrix(t === 0 ? name : `${name}.${t}`, [out, channels, rows, columns], kernel);
    });
  }
  const isMatrix = tensor.shape.length === 2 && name !== 'v.position_embd.weight';
  return [isMatrix ? matrix(name, tensor.shape, values) : encoded(name, 'F32', tensor.shape, values)];
}

function encoded(name: string, format: Format, shape: number[], values: Float32Array): StoredTensor {
  if (format === 'F32') return memoryTensor(name, format, shape, values);
  if (format === 'F16') return memoryTensor(name, format, shape, new Float16Array(values));
  // The values come from BF16, so that cutting them loses nothing.
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return memoryTensor(
    name,
    format,
    shape,
    Uint16Array.from(bits, (word) => word >>> 16),
  );
}
