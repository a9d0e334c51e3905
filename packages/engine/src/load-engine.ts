import type { Checkpoint } from './checkpoint/checkpoint.ts';
import type { ModelWeights } from './checkpoint/weights.ts';
import { Engine } from './engine.ts';
import { LanternError } from './errors.ts';
import { checkSpeculation, type Speculation } from './generate/speculation.ts';
import { type Backend, VISION_DEFAULTS } from './model/backend.ts';
import { type ModelConfig, recurrentStateBytes, type YarnConfig } from './model/config.ts';

export type EngineOptions = {
  /** Default `wasm`; `reference` is the slow oracle. */
  backend?: 'wasm' | 'reference';
  /** Of the wasm backend; default: what the machine offers, at most 8. */
  threads?: number;
  /** Never round activations to 8 bits, nor keys and values to 16. Default false. */
  exact?: boolean;
  /** Let V8 join pairs of SIMD operations. Default true. */
  revectorize?: boolean;
  /** Tokens that one sequence may have. Default: see `defaultContextTokens`. */
  contextTokens?: number;
  /** Tokens that all sequences may have together, remembered prompts included. Default: contextTokens. */
  cacheTokens?: number;
  /**
   * Stretches positions by YaRN beyond what the checkpoint says: the context becomes `factor` times the original one.
   * Short texts lose a little by it.
   */
  ropeScaling?: YarnConfig;
  /** Sequences that grow at a time; more wait. Default 4. */
  maxSequences?: number;
  /** Tokens absorbed in one batch. Default 128, or maxSequences with their drafts where that is more. */
  maxBatchTokens?: number;
  /** Logit rows of one batch; those of drafts come on top. Default 16, or maxSequences where that is more. */
  maxOutputs?: number;
  /**
   * Draft answers ahead, so that a batch may bring several of their tokens: while that is faster, and without a change of
   * what they say. Takes a recurrent state more for each drafted token of up to 16 answers. Default: no drafts.
   */
  speculation?: Speculation;
  /**
   * Memory for recurrent states of earlier prompts, taken as they come; with it a prompt that begins like an earlier one
   * is not read anew. 0 turns that off. Default 512 MiB.
   */
  prefixCacheBytes?: number;
  /** Load the vision tower, where the checkpoint has one. Default true. */
  vision?: boolean;
  /**
   * Memory for what pictures and videos came to in the vision tower, so that they are not looked at again; taken as they
   * come. Default 256 MiB.
   */
  sightBytes?: number;
  /** Bytes of weights read so far and in all. */
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
};

const PREFIX_CACHE_BYTES = 512 * 2 ** 20;
const SIGHT_BYTES = 256 * 2 ** 20;
/** Small models could remember thousands, and would search all of them for every prompt. */
const MOST_PREFIXES = 64;
/** Where more answers share a step, it is full without drafts. */
const MOST_DRAFTED = 16;

/** Tokens of a sequence where nothing else is asked for: what the model handles, at most 32,768. */
export function defaultContextTokens(config: ModelConfig): number {
  return Math.min(config.maxPositionEmbeddings, 32_768);
}

/** Reads a checkpoint's weights into memory. Throws a LanternError where they are broken or do not fit. */
export async function loadEngine(checkpoint: Checkpoint, options: EngineOptions = {}): Promise<Engine> {
  const { ropeScaling } = options;
  const config = ropeScaling ? withYarn(checkpoint.config, ropeScaling) : checkpoint.config;
  const draft = options.speculation?.method === 'mtp';
  const vision = (options.vision ?? true) && config.vision !== null;
  return create(config, checkpoint.weights({ draft, vision }), checkpoint, options);
}

/** A model's config with its positions stretched. Throws a LanternError where the numbers make no sense. */
function withYarn(config: ModelConfig, yarn: YarnConfig): ModelConfig {
  const { factor, originalMaxPositionEmbeddings: original } = yarn;
  if (!(factor >= 1 && factor <= 64))
    throw new LanternError('bad-input', `the factor of ropeScaling is ${factor}; it must be from 1 to 64`);
  if (!(Number.isSafeInteger(original) && original >= 1))
    throw new LanternError(
      'bad-input',
      `the originalMaxPositionEmbeddings of ropeScaling is ${original}; it must be an integer ≥ 1`,
    );
  return {
    ...config,
    maxPositionEmbeddings: Math.floor(factor * original),
    rope: { ...config.rope, yarn: factor === 1 ? null : yarn },
  };
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
  const {
    maxSequences = 4,
    prefixCacheBytes = PREFIX_CACHE_BYTES,
    sightBytes = SIGHT_BYTES,
    onProgress,
    signal,
  } = options;
  const speculation = options.speculation ? checkSpeculation(options.speculation) : null;
  if (speculation?.method === 'mtp' && !weights.draft)
    throw new LanternError('unsupported', 'speculation by MTP needs weights with an MTP module, and these have none');
  const drafted = Math.min(maxSequences, MOST_DRAFTED) * (speculation?.tokens ?? 0);
  const sizes = {
    contextTokens,
    cacheTokens: options.cacheTokens ?? contextTokens,
    maxSequences,
    maxBatchTokens: options.maxBatchTokens ?? Math.max(128, maxSequences + drafted),
    maxOutputs: (options.maxOutputs ?? Math.max(16, maxSequences)) + drafted,
  };
  for (const [name, value] of Object.entries(sizes))
    if (!(Number.isSafeInteger(value) && value >= 1))
      throw new LanternError('bad-input', `${name} is ${value}; it must be an integer ≥ 1`);
  for (const [name, value] of Object.entries({ prefixCacheBytes, sightBytes }))
    if (!(value >= 0)) throw new LanternError('bad-input', `${name} is ${value}; it must be a number ≥ 0`);
  if (contextTokens > config.maxPositionEmbeddings)
    throw new LanternError(
      'bad-input',
      `the context of ${contextTokens} tokens is longer than the ${config.maxPositionEmbeddings} that the model handles`,
      'ask for a smaller context (contextTokens, --context)',
    );
  const cachedPrefixes = Math.min(MOST_PREFIXES, Math.floor(prefixCacheBytes / recurrentStateBytes(config)));
  const backend = await pickBackend(options);
  const runner = await backend.load(config, weights, {
    contextTokens: sizes.cacheTokens,
    maxSequences: maxSequences + cachedPrefixes + drafted,
    maxBatchTokens: sizes.maxBatchTokens,
    maxOutputs: sizes.maxOutputs,
    ...(checkpoint?.processor && {
      vision: { ...VISION_DEFAULTS, mean: checkpoint.processor.mean, std: checkpoint.processor.std },
    }),
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
  });
  return new Engine({ ...sizes, config, weights, runner, checkpoint, cachedPrefixes, sightBytes, speculation });
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
