import fs from 'node:fs';
import { openFile } from '../src/checkpoint/node-files.ts';
import { readSafetensors } from '../src/checkpoint/safetensors.ts';

/** Folder of the vendor's answers; its README tells how they were made. */
export const FIXTURES: string = new URL('../fixtures/', import.meta.url).pathname;

/** One input of a checkpoint case and what the vendor's implementation says about it. */
export type GoldenRun = {
  name: string;
  ids: number[];
  /** The ten most likely next tokens at every position, [n · 10]. */
  topIds: Int32Array;
  topLogprobs: Float32Array;
  /** Of ids[i + 1] at position i. */
  logprobs: Float32Array | null;
  greedy: { promptTokens: number; newIds: number[] } | null;
  /** What the draft head says: `topIds` and `topLogprobs` are [(n − 1) · 10]; of the chain at the end [3 · 10]. */
  mtp: {
    topIds: Int32Array;
    topLogprobs: Float32Array;
    chain: { first: number; ids: number[]; topIds: Int32Array; topLogprobs: Float32Array };
  } | null;
  /** What rounding inputs of quantised products to 8 bits does to the scores, by the fixture's own account. */
  roundingNoise: { max: number; mean: number; top1_agreement: number } | null;
};

/** A run whose prompt has pictures or videos. */
export type GoldenVisionRun = GoldenRun & {
  /** A JSON file with `messages` and `options`; paths of pictures in it are relative to it. */
  messages: string;
  /** The rendered prompt, before marks are expanded. */
  text: string;
  /** [3, n] */
  positions: Int32Array;
  media: {
    kind: 'image' | 'video';
    grid: [frames: number, rows: number, columns: number];
    embeddings: Float32Array;
    /** [height, width, 3] of a picture or of a video's first frame, where the fixture has it. */
    resized: Uint8Array | null;
  }[];
};

export type GoldenCase = {
  name: string;
  model: string;
  quantization: string;
  runs: GoldenRun[];
  visionRuns: GoldenVisionRun[];
};

/** The runs of a checkpoint case. */
export function goldenCase(name: string): GoldenCase {
  const folder = `${FIXTURES}${name}/`;
  const golden = JSON.parse(fs.readFileSync(`${folder}golden.json`, 'utf8')) as StoredCase;
  const tensors = goldenTensors(name);
  const runOf = (run: StoredRun): GoldenRun => ({
    name: run.name,
    ids: run.ids,
    topIds: new Int32Array(tensors(run.top_ids)),
    topLogprobs: new Float32Array(tensors(run.top_logprobs)),
    logprobs: run.logprobs ? new Float32Array(tensors(run.logprobs)) : null,
    greedy: run.greedy ? { promptTokens: run.greedy.prompt_tokens, newIds: run.greedy.new_ids } : null,
    mtp: run.mtp ? mtpOf(run.mtp, tensors) : null,
    roundingNoise: run.int8_activation_noise ?? null,
  });
  return {
    name,
    model: golden.model === '.' ? folder : `${folder}${golden.model}`,
    quantization: golden.quantization,
    runs: golden.runs.filter(({ messages }) => messages === undefined).map(runOf),
    visionRuns: golden.runs
      .filter(({ messages }) => messages !== undefined)
      .map((run) => ({
        ...runOf(run),
        messages: `${folder}${run.messages}`,
        text: run.text!,
        positions: new Int32Array(tensors(run.position_ids!)),
        media: run.media!.map(({ kind, grid_thw, embeddings, resized_u8 }) => ({
          kind,
          grid: grid_thw,
          embeddings: new Float32Array(tensors(embeddings)),
          resized: resized_u8 === undefined ? null : new Uint8Array(tensors(resized_u8)),
        })),
      })),
  };
}

type StoredCase = { model: string; quantization: string; runs: StoredRun[] };
type StoredRun = StoredTop & {
  name: string;
  ids: number[];
  logprobs?: string;
  greedy?: { prompt_tokens: number; new_ids: number[] };
  mtp?: StoredMtp;
  int8_activation_noise?: NonNullable<GoldenRun['roundingNoise']>;
  messages?: string;
  text?: string;
  position_ids?: string;
  media?: {
    kind: 'image' | 'video';
    grid_thw: [number, number, number];
    embeddings: string;
    resized_u8?: string;
  }[];
};
type StoredTop = { top_ids: string; top_logprobs: string };
type StoredMtp = StoredTop & { chain: StoredTop & { first: number; ids: number[] } };

function mtpOf({ chain, ...rows }: StoredMtp, tensors: (name: string) => ArrayBuffer): GoldenRun['mtp'] {
  const top = (stored: StoredTop) => ({
    topIds: new Int32Array(tensors(stored.top_ids)),
    topLogprobs: new Float32Array(tensors(stored.top_logprobs)),
  });
  return { ...top(rows), chain: { first: chain.first, ids: chain.ids, ...top(chain) } };
}

/** Reads tensors of a case by name, as raw bytes. */
export function goldenTensors(name: string): (tensor: string) => ArrayBuffer {
  const file = openFile(`${FIXTURES}${name}/golden.safetensors`);
  const tensors = new Map(readSafetensors(file).tensors.map((tensor) => [tensor.name, tensor]));
  return (tensor) => {
    const { offset, bytes } = tensors.get(tensor)!;
    const into = new Uint8Array(bytes);
    file.read(offset, into);
    return into.buffer;
  };
}
