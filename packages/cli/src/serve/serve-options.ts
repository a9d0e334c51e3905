import { readFileSync } from 'node:fs';
import type { Checkpoint, EngineOptions } from '@lantern/engine';
import { AllowedDomains } from '@lantern/server';
import { UsageError } from '../usage-error.ts';

/** Options of `lantern serve` as they are given. */
export type ServeOptions = {
  host: string;
  port: number;
  servedModelName?: string[];
  apiKey?: string[];
  apiKeyFile?: string;
  maxModelLen?: number;
  maxNumSeqs: number;
  maxWaiting: number;
  kvCacheTokens?: number;
  speculativeConfig?: string;
  dtype: 'auto' | 'float32';
  quantization?: string;
  reasoningParser: string;
  toolCallParser: string;
  enableAutoToolChoice: boolean;
  enablePrefixCaching: boolean;
  defaultChatTemplateKwargs?: string;
  chatTemplate?: string;
  ropeScaling?: string;
  threads?: number;
  seed?: number;
  search?: string;
  responseStore?: string;
  allowedMediaDomains?: string[];
  filesDir?: string;
  mmproj?: string;
  languageModelOnly?: boolean;
  maxFiles: number;
  maxFileBytes?: number;
  maxFilesBytes?: number;
  maxFileDays: number;
  shutdownTimeout: number;
  logLevel: string;
  tensorParallelSize?: number;
  pipelineParallelSize?: number;
  dataParallelSize?: number;
};

type RopeScaling = NonNullable<EngineOptions['ropeScaling']>;

/** Throws where an option means something only on several machines or processors. */
export function refuseParallel(options: ServeOptions): void {
  const flags = {
    '--tensor-parallel-size': options.tensorParallelSize,
    '--pipeline-parallel-size': options.pipelineParallelSize,
    '--data-parallel-size': options.dataParallelSize,
  };
  for (const [flag, value] of Object.entries(flags))
    if (value !== undefined && value > 1)
      throw new UsageError(
        `${flag} is ${value}; this server computes on one machine's processor (--threads). For a model spread over GPUs run vLLM or SGLang`,
      );
}

/** Every key that opens the server: from options, from a file with one a line, from the environment. */
export function readApiKeys({ apiKey = [], apiKeyFile }: ServeOptions, env: NodeJS.ProcessEnv): string[] {
  const ofEnvironment = (env.LANTERN_API_KEY ?? '').split(',');
  const ofFile = apiKeyFile === undefined ? [] : readText(apiKeyFile, '--api-key-file').split('\n');
  const keys = [...apiKey, ...ofFile, ...ofEnvironment].map((key) => key.trim()).filter((key) => key !== '');
  if (apiKeyFile !== undefined && ofFile.every((line) => line.trim() === ''))
    throw new UsageError(`--api-key-file ${apiKeyFile} holds no key; one a line is expected`);
  return [...new Set(keys)];
}

/** Whether requests think that say nothing of it; undefined where the chat template decides. */
export function readTemplateDefaults({ defaultChatTemplateKwargs: text }: ServeOptions): boolean | undefined {
  if (text === undefined) return undefined;
  const values = parseObject(text, '--default-chat-template-kwargs');
  const unknown = Object.keys(values).find((name) => name !== 'enable_thinking');
  if (unknown !== undefined)
    throw new UsageError(`--default-chat-template-kwargs has ${unknown}; only enable_thinking can be set`);
  const { enable_thinking: enableThinking } = values;
  if (typeof enableThinking !== 'boolean')
    throw new UsageError(
      `enable_thinking of --default-chat-template-kwargs is ${JSON.stringify(enableThinking)}; it must be true or false`,
    );
  return enableThinking;
}

/** The YaRN settings of `--rope-scaling`. */
export function readRopeScaling({ ropeScaling: text }: ServeOptions): RopeScaling | undefined {
  if (text === undefined) return undefined;
  const values = parseObject(text, '--rope-scaling');
  const type = values.rope_type ?? values.type;
  const { factor, original_max_position_embeddings: original } = values;
  if (type !== 'yarn')
    throw new UsageError(`rope_type of --rope-scaling is ${JSON.stringify(type)}; it must be "yarn"`);
  if (typeof factor !== 'number' || typeof original !== 'number')
    throw new UsageError('--rope-scaling needs the numbers factor and original_max_position_embeddings');
  return { factor, originalMaxPositionEmbeddings: original };
}

/** Throws where the context that is asked for is longer than the model's, naming what makes it longer. */
export function checkModelLength(
  { maxModelLen }: ServeOptions,
  { config }: Checkpoint,
  yarn: RopeScaling | undefined,
): void {
  const longest = yarn ? Math.floor(yarn.factor * yarn.originalMaxPositionEmbeddings) : config.maxPositionEmbeddings;
  if (maxModelLen === undefined || maxModelLen <= longest) return;
  const own = config.maxPositionEmbeddings;
  const factor = Math.ceil((10 * maxModelLen) / own) / 10;
  throw new UsageError(
    `--max-model-len is ${maxModelLen}; this model handles ${longest} tokens. YaRN stretches that: --rope-scaling '{"rope_type":"yarn","factor":${factor.toFixed(1)},"original_max_position_embeddings":${own}}'`,
  );
}

/** Throws where the checkpoint is in another format than `--quantization` says. */
export function checkQuantization({ quantization }: ServeOptions, checkpoint: Checkpoint): void {
  if (quantization === undefined) return;
  const stored = new Set(checkpoint.tensors.map(({ storedAs }) => storedAs));
  const has = (pattern: RegExp) => [...stored].some((format) => pattern.test(format));
  const own = checkpoint.format === 'gguf' ? 'gguf' : has(/F8_E4M3/i) ? 'fp8' : has(/gptq|I32/i) ? 'gptq' : 'none';
  const asked = quantization.toLowerCase();
  if (asked === own || (asked === 'gptq_marlin' && own === 'gptq')) return;
  throw new UsageError(
    `--quantization is ${quantization}; ${checkpoint.path} is ${own === 'none' ? 'not quantised' : own}, and is served as it is`,
  );
}

/** The domains of `--allowed-media-domains`. */
export function readMediaDomains({ allowedMediaDomains = [] }: ServeOptions): AllowedDomains {
  try {
    return new AllowedDomains(allowedMediaDomains);
  } catch (error) {
    throw new UsageError(`--allowed-media-domains: ${(error as Error).message}`);
  }
}

/** A chat template from a file, for a checkpoint. */
export function readChatTemplate(path: string): string {
  return readText(path, '--chat-template');
}

function readText(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${option} ${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`);
  }
}

function parseObject(text: string, option: string): { [name: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as { [name: string]: unknown };
  } catch {
    // The same message as for JSON that is no object.
  }
  throw new UsageError(`${option} is ${text}; a JSON object is expected`);
}
