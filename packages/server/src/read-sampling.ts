import type { ChatCompletionRequest } from '@lantern/api';
import type { CompletionOptions, GenerationDefaults } from '@lantern/engine';
import { badField } from './http/api-error.ts';

/** The fields of chats and completions that say how tokens are drawn and where an answer ends. */
export type SamplingFields = Pick<
  ChatCompletionRequest,
  | 'temperature'
  | 'top_p'
  | 'top_k'
  | 'min_p'
  | 'presence_penalty'
  | 'frequency_penalty'
  | 'repetition_penalty'
  | 'logit_bias'
  | 'seed'
  | 'stop'
  | 'stop_token_ids'
  | 'ignore_eos'
  | 'min_tokens'
  | 'priority'
  | 'cache_salt'
>;

/**
 * Engine options of a request. What is left out comes from the checkpoint, and where that says nothing either, nothing
 * is changed: temperature 1, all tokens. `vocabSize` bounds token ids. Throws a 400 for an id beyond it.
 */
export function readSampling(
  fields: SamplingFields,
  defaults: GenerationDefaults,
  vocabSize: number,
  seed: number | undefined,
): CompletionOptions {
  const stop = readStop(fields.stop);
  const ids = { stop: stop.ids, stop_token_ids: fields.stop_token_ids ?? [], logit_bias: biasedIds(fields) };
  for (const [param, list] of Object.entries(ids))
    for (const id of list)
      if (id >= vocabSize) throw badField(param, `${param} names token ${id}; ids go from 0 to ${vocabSize - 1}`);
  const ownSeed = fields.seed ?? seed;
  return {
    temperature: fields.temperature ?? defaults.temperature ?? 1,
    topP: fields.top_p ?? defaults.topP ?? 1,
    topK: Math.max(0, fields.top_k ?? defaults.topK ?? 0),
    minP: fields.min_p ?? defaults.minP ?? 0,
    presencePenalty: fields.presence_penalty ?? 0,
    frequencyPenalty: fields.frequency_penalty ?? 0,
    repetitionPenalty: fields.repetition_penalty ?? defaults.repetitionPenalty ?? 1,
    ...(fields.logit_bias && { logitBias: fields.logit_bias }),
    ...(ownSeed !== undefined && { seed: safeSeed(ownSeed) }),
    stop: stop.texts,
    stopIds: [...stop.ids, ...(fields.stop_token_ids ?? [])],
    ...(fields.ignore_eos && { ignoreEnds: true }),
    ...(fields.min_tokens && { minTokens: fields.min_tokens }),
    ...(fields.priority && { priority: fields.priority }),
    ...(fields.cache_salt && { cacheSalt: fields.cache_salt }),
  };
}

/** Stop texts and stop ids, in every form in which `stop` may come. */
function readStop(stop: SamplingFields['stop']): { texts: string[]; ids: number[] } {
  const list = stop === null || stop === undefined ? [] : typeof stop === 'string' ? [stop] : stop;
  const texts: string[] = [];
  const ids: number[] = [];
  for (const [index, item] of list.entries()) {
    if (typeof item === 'string') texts.push(item);
    else if (typeof item === 'number') ids.push(item);
    else if (item.length === 1) ids.push(item[0]!);
    else
      throw badField(
        `stop[${index}]`,
        `stop[${index}] is a list of ${item.length} token ids; only single tokens can be stopped at, longer texts as strings`,
        'unsupported_field',
      );
  }
  return { texts, ids };
}

function biasedIds({ logit_bias: bias }: SamplingFields): number[] {
  return Object.keys(bias ?? {}).map(Number);
}

/** Seeds of 64 bits come as rounded numbers; what is left of them still tells requests apart. */
function safeSeed(seed: number): number {
  return Number.isSafeInteger(seed) ? seed : Number(BigInt.asIntN(53, BigInt(seed)));
}
