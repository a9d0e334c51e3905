import type { CompletionRequest } from '@lantern/api';
import type { CompletionOptions } from '@lantern/engine';
import { readFormat } from '../chat/read-format.ts';
import { badField } from '../http/api-error.ts';
import type { ServedModel } from '../model-host.ts';
import { readSampling } from '../read-sampling.ts';
import { refusedEverywhere, refuseFields, refuseRanking } from '../refused-fields.ts';

/** What a text is continued by where a request says nothing, in tokens, as OpenAI has it. */
const DEFAULT_TOKENS = 16;

export type CompletionPrompt = { ids: readonly number[]; text: string };

/** A completion request, understood. */
export type CompletionPlan = {
  prompts: CompletionPrompt[];
  /** Continuations of each prompt. */
  count: number;
  /** 0: none, the prompt alone is told. */
  maxTokens: number;
  echo: boolean;
  /** How many of the likeliest tokens come with each; null: no log-probabilities. */
  logprobs: number | null;
  includesStop: boolean;
  options: CompletionOptions;
};

/** Understands a completion request. Throws a 400 for what contradicts itself or cannot be honoured. */
export function planCompletions(
  request: CompletionRequest,
  { engine }: ServedModel,
  seed: number | undefined,
): CompletionPlan {
  refuseFields(request, refusedEverywhere);
  refuseRanking(request);
  if (request.suffix)
    throw badField('suffix', 'suffix wants a gap filled, which Qwen 3.5 cannot do; leave it out', 'unsupported_field');
  if (request.stream_options && !request.stream) throw badField('stream_options', 'stream_options needs stream: true');
  if (request.stream_options?.continuous_usage_stats)
    throw badField(
      'stream_options.continuous_usage_stats',
      'continuous_usage_stats is there for chats only; include_usage tells the usage at the end',
      'unsupported_field',
    );
  const echo = request.echo ?? false;
  const maxTokens = request.max_tokens ?? DEFAULT_TOKENS;
  if (maxTokens === 0 && !echo)
    throw badField('max_tokens', 'max_tokens is 0; only with echo there is something to tell');
  const { constraint } = readFormat(request, null, engine);
  const logprobs = request.logprobs ?? null;
  return {
    prompts: readPrompts(request.prompt).map((prompt) => {
      checkIds(prompt, engine.config.vocabSize);
      const ids = typeof prompt === 'string' ? engine.tokenizer.encode(prompt) : prompt;
      return { ids, text: typeof prompt === 'string' ? prompt : engine.tokenizer.decode(prompt) };
    }),
    count: request.n ?? 1,
    maxTokens,
    echo,
    logprobs,
    includesStop: request.include_stop_str_in_output ?? false,
    options: {
      ...readSampling(request, engine.generation, engine.tokenizer.vocabSize, seed),
      ...(maxTokens > 0 && { maxTokens }),
      ...(logprobs !== null && { logprobs }),
      ...(constraint && { constraint }),
    },
  };
}

function readPrompts(prompt: CompletionRequest['prompt']): (string | number[])[] {
  if (typeof prompt === 'string') return [prompt];
  return isIds(prompt) ? [prompt] : prompt;
}

function checkIds(prompt: string | readonly number[], rows: number): void {
  const wrong = typeof prompt === 'string' ? undefined : prompt.find((id) => id >= rows);
  if (wrong !== undefined) throw badField('prompt', `prompt has the token id ${wrong}; ids go from 0 to ${rows - 1}`);
}

function isIds(prompt: readonly unknown[]): prompt is number[] {
  return typeof prompt[0] === 'number';
}
