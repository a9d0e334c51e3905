import type { LoadOptions } from '../model/backend.ts';
import { PAGE_TOKENS } from '../model/batch.ts';
import { convChannels, type ModelConfig } from '../model/config.ts';

/**
 * What sequences remember, as plain arrays. A slot is [linear layer][convolution state, then the state of each value
 * head], then the hidden state that a draft head goes on from; a page is [attention layer][KV head][key or
 * value][token][headDim].
 */
export class ReferenceState {
  readonly #config: ModelConfig;
  readonly #slots: (Float32Array | undefined)[];
  readonly #pages: (Float32Array | undefined)[];
  readonly #attentionLayers: number;
  readonly #linearLayers: number;
  readonly #rememberedSize: number;

  constructor(config: ModelConfig, { contextTokens, maxSequences }: LoadOptions, drafts: boolean) {
    this.#config = config;
    const fullLayers = config.layerTypes.filter((type) => type === 'full_attention').length;
    this.#attentionLayers = fullLayers + (drafts ? 1 : 0);
    this.#linearLayers = config.layerTypes.length - fullLayers;
    this.#rememberedSize = drafts ? config.hiddenSize : 0;
    this.#slots = Array.from({ length: maxSequences });
    this.#pages = Array.from({ length: Math.ceil(contextTokens / PAGE_TOKENS) + maxSequences });
  }

  get #convolutionSize(): number {
    return (this.#config.linear.convKernel - 1) * convChannels(this.#config.linear);
  }
  get #headSize(): number {
    return this.#config.linear.valueHeadDim * this.#config.linear.keyHeadDim;
  }
  get #layerSize(): number {
    return this.#convolutionSize + this.#config.linear.numValueHeads * this.#headSize;
  }
  get slotBytes(): number {
    return 4 * (this.#linearLayers * this.#layerSize + this.#rememberedSize);
  }
  get slotCount(): number {
    return this.#slots.length;
  }
  get pageBytes(): number {
    const { numKeyValueHeads, headDim } = this.#config.attention;
    return 4 * this.#attentionLayers * numKeyValueHeads * 2 * PAGE_TOKENS * headDim;
  }
  get pageCount(): number {
    return this.#pages.length;
  }
  get memoryBytes(): number {
    return this.slotBytes * this.#slots.filter(Boolean).length + this.pageBytes * this.#pages.filter(Boolean).length;
  }

  /** Made when first touched, like pages: what is planned costs nothing until it is used. */
  slot(slot: number): Float32Array {
    this.#slots[slot] ??= new Float32Array(this.slotBytes / 4);
    return this.#slots[slot];
  }

  page(page: number): Float32Array {
    this.#pages[page] ??= new Float32Array(this.pageBytes / 4);
    return this.#pages[page];
  }

  /** [convKernel − 1, convChannels], oldest first */
  convolution(slot: number, linearLayer: number): Float32Array {
    const at = linearLayer * this.#layerSize;
    return this.slot(slot).subarray(at, at + this.#convolutionSize);
  }

  /** [valueHeadDim, keyHeadDim] of one value head */
  recurrent(slot: number, linearLayer: number, head: number): Float32Array {
    const at = linearLayer * this.#layerSize + this.#convolutionSize + head * this.#headSize;
    return this.slot(slot).subarray(at, at + this.#headSize);
  }

  /** [hiddenSize] */
  remembered(slot: number): Float32Array {
    return this.slot(slot).subarray(this.#linearLayers * this.#layerSize);
  }

  /** The key and value of one token, [headDim] each. */
  cached(
    page: number,
    attentionLayer: number,
    kvHead: number,
    token: number,
  ): { key: Float32Array; value: Float32Array } {
    const { numKeyValueHeads, headDim } = this.#config.attention;
    const at = ((attentionLayer * numKeyValueHeads + kvHead) * 2 * PAGE_TOKENS + token) * headDim;
    const keyed = this.page(page);
    const valueAt = at + PAGE_TOKENS * headDim;
    return { key: keyed.subarray(at, at + headDim), value: keyed.subarray(valueAt, valueAt + headDim) };
  }
}
