import type { ChatTemplate } from './chat/chat-template.ts';
import type { Checkpoint, GenerationDefaults } from './checkpoint/checkpoint.ts';
import type { ModelWeights } from './checkpoint/weights.ts';
import { LanternError } from './errors.ts';
import { decodeBytes } from './generate/decode-bytes.ts';
import type { Backend, Runner } from './model/backend.ts';
import type { ModelConfig } from './model/config.ts';
import { SequenceStates } from './model/sequence-states.ts';
import { templateOf, tokenizerOf } from './text-parts.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';

export type EngineOptions = {
  /** Default `wasm`; `reference` is the slow oracle. */
  backend?: 'wasm' | 'reference';
  /** Of the wasm backend; default: what the machine offers, at most 8. */
  threads?: number;
  /** Never round activations to 8 bits. Default false. */
  exact?: boolean;
  /** Let V8 join pairs of SIMD operations. Default true. */
  revectorize?: boolean;
  /** Tokens that one sequence may have. Default: see `defaultContextTokens`. */
  contextTokens?: number;
  /** Tokens that all sequences may have together. Default: contextTokens. */
  cacheTokens?: number;
  /** Sequences at a time. Default 4. */
  maxSequences?: number;
  /** Tokens absorbed in one batch. Default 128. */
  maxBatchTokens?: number;
  /** Logit rows of one batch. Default 16, or maxSequences where that is more. */
  maxOutputs?: number;
  /** Bytes of weights read so far and in all. */
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
};

const randomModel = { path: 'a model without a checkpoint', tokenizer: null, chatTemplate: null };

/** A model in memory with everything that belongs to it. Close it to give the memory and the threads back. */
export class Engine {
  readonly config: ModelConfig;
  readonly runner: Runner;
  readonly states: SequenceStates;
  readonly contextTokens: number;
  readonly maxBatchTokens: number;
  readonly maxOutputs: number;
  /** What the checkpoint says about sampling; all null for random weights. */
  readonly generation: GenerationDefaults;
  readonly #checkpoint: Checkpoint | null;
  readonly #weights: ModelWeights;
  #tokenizer: Tokenizer | undefined;
  #template: ChatTemplate | undefined;

  /** See `loadEngine` and `createEngine`. */
  constructor(parts: {
    config: ModelConfig;
    weights: ModelWeights;
    runner: Runner;
    checkpoint: Checkpoint | null;
    contextTokens: number;
    maxBatchTokens: number;
    maxOutputs: number;
  }) {
    this.config = parts.config;
    this.runner = parts.runner;
    this.contextTokens = parts.contextTokens;
    this.maxBatchTokens = parts.maxBatchTokens;
    this.maxOutputs = parts.maxOutputs;
    this.#weights = parts.weights;
    this.#checkpoint = parts.checkpoint;
    this.states = new SequenceStates(parts.config, parts.runner, parts.contextTokens);
    this.generation = parts.checkpoint?.generation ?? {
      temperature: null,
      topP: null,
      topK: null,
      minP: null,
      eosTokenIds: [],
    };
  }

  /** Made when first asked for. Throws a LanternError where the checkpoint has none. */
  get tokenizer(): Tokenizer {
    this.#tokenizer ??= tokenizerOf(this.#checkpoint ?? randomModel);
    return this.#tokenizer;
  }

  /** Made when first asked for. Throws a LanternError where the checkpoint has none. */
  get template(): ChatTemplate {
    this.#template ??= templateOf(this.#checkpoint ?? randomModel, this.tokenizer);
    return this.#template;
  }

  /**
   * Tokens after which an answer ends: every end that the checkpoint's files name, and the ends of a turn and of a text
   * themselves. Small checkpoints name only the latter, and would talk on past their turn.
   */
  get stopIds(): number[] {
    const ends = ['<|im_end|>', '<|endoftext|>'].map((token) => this.tokenizer.tokenId(token));
    return [...new Set([...this.generation.eosTokenIds, ...ends.filter((id) => id !== undefined)])];
  }

  /** Bytes read to decode one token for each of `sequences` that have absorbed `contextTokens`: see `decodeBytes`. */
  decodeBytes(sequences: number, contextTokens: number): number {
    return decodeBytes(this.config, this.#weights, this.runner, sequences, contextTokens);
  }

  /** Gives back memory and threads. The checkpoint stays open. */
  async close(): Promise<void> {
    await this.runner.close();
  }
}

/** Tokens of a sequence where nothing else is asked for: what the model handles, at most 32,768. */
export function defaultContextTokens(config: ModelConfig): number {
  return Math.min(config.maxPositionEmbeddings, 32_768);
}

/** Reads a checkpoint's weights into memory. Throws a LanternError where they are broken or do not fit. */
export async function loadEngine(checkpoint: Checkpoint, options: EngineOptions = {}): Promise<Engine> {
  return create(checkpoint.config, checkpoint.weights(), checkpoint, options);
}

/** An engine on weights that come from anywhere. It has neither tokenizer nor template. */
export async function createEngine(
  config: ModelConfig,
  weights: ModelWeights,
  options: EngineOptions = {},
): Promise<Engine> {
  return create(config, weights, null, options);
}

async function create(
  config: ModelConfig,
  weights: ModelWeights,
  checkpoint: Checkpoint | null,
  options: EngineOptions,
): Promise<Engine> {
  const contextTokens = options.contextTokens ?? defaultContextTokens(config);
  const { cacheTokens = contextTokens, maxSequences = 4, onProgress, signal } = options;
  const maxBatchTokens = options.maxBatchTokens ?? Math.max(128, maxSequences);
  const maxOutputs = options.maxOutputs ?? Math.max(16, maxSequences);
  for (const [name, value] of Object.entries({ contextTokens, cacheTokens, maxSequences, maxBatchTokens, maxOutputs }))
    if (!(Number.isSafeInteger(value) && value >= 1))
      throw new LanternError('bad-input', `${name} is ${value}; it must be an integer ≥ 1`);
  if (contextTokens > config.maxPositionEmbeddings)
    throw new LanternError(
      'bad-input',
      `the context of ${contextTokens} tokens is longer than the ${config.maxPositionEmbeddings} that the model handles`,
      'ask for a smaller context (contextTokens, --context)',
    );
  const backend = await pickBackend(options);
  const runner = await backend.load(config, weights, {
    contextTokens: cacheTokens,
    maxSequences,
    maxBatchTokens,
    maxOutputs,
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
  });
  return new Engine({ config, weights, runner, checkpoint, contextTokens, maxBatchTokens, maxOutputs });
}

/** Only the backend that is wanted is imported. */
async function pickBackend({ backend = 'wasm', threads, exact, revectorize }: EngineOptions): Promise<Backend> {
  if (backend === 'reference') return (await import('./reference/backend.ts')).referenceBackend;
  const { wasmBackend } = await import('./wasm/backend.ts');
  return wasmBackend({
    ...(threads !== undefined && { threads }),
    ...(exact !== undefined && { exact }),
    ...(revectorize !== undefined && { revectorize }),
  });
}
