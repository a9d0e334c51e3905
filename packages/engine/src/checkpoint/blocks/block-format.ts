import type { Encoding } from '../weights.ts';

export type BlockEncoding = Encoding & { kind: 'blocks' };

/** Stored blocks, seen at three widths. They start at the first byte. */
export type BlockInput = { bytes: Uint8Array; halves: Uint16Array; words: Uint32Array };

/** Where unpacked blocks go: codes, seen at three widths, scales and minima, one a group, and their units. */
export type BlockOutput = {
  codes: Int8Array;
  codeHalves: Uint16Array;
  codeWords: Uint32Array;
  scales: Float32Array;
  minima: Float32Array;
  units: Float32Array;
  minimumUnits: Float32Array;
};

/**
 * A block format of GGUF and how its blocks become codes and scales. The layouts are ggml's; each module states its
 * own as value = f(stored bits). Unpacking runs over billions of weights, so it works on two or four codes at a time
 * where alignment lets it.
 */
export type BlockFormat = {
  name: string;
  /** Weights and bytes of a block. */
  weights: number;
  bytes: number;
  /** Holds every value of the format without loss. */
  encoding: BlockEncoding;
  unpack(input: BlockInput, blocks: number, output: BlockOutput): void;
};
