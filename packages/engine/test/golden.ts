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

export type GoldenCase = { name: string; model: string; quantization: string; runs: GoldenRun[] };

/** The text runs of a checkpoint case. */
export function goldenCase(name: string): GoldenCase {
  const folder = `${FIXTURES}${name}/`;
  const golden = JSON.parse(fs.readFileSync(`${folder}golden.json`, 'utf8'));
  const tensors = goldenTensors(name);
  const runs = golden.runs
    .filter((run: { messages?: unknown }) => run.messages === undefined)
    .map((run: Record<string, unknown>): GoldenRun => {
      const greedy = run.greedy as { prompt_tokens: number; new_ids: number[] } | undefined;
      return {
        name: run.name as string,
        ids: run.ids as number[],
        topIds: new Int32Array(tensors(run.top_ids as string)),
        topLogprobs: new Float32Array(tensors(run.top_logprobs as string)),
        logprobs: run.logprobs ? new Float32Array(tensors(run.logprobs as string)) : null,
        greedy: greedy ? { promptTokens: greedy.prompt_tokens, newIds: greedy.new_ids } : null,
        mtp: run.mtp ? mtpOf(run.mtp as StoredMtp, tensors) : null,
        roundingNoise: (run.int8_activation_noise as GoldenRun['roundingNoise']) ?? null,
      };
    });
  return {
    name,
    model: golden.model === '.' ? folder : `${folder}${golden.model}`,
    quantization: golden.quantization,
    runs,
  };
}

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
