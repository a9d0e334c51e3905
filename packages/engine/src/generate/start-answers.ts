import type { CompletionOptions, TokenEvent } from '../chat/chat-types.ts';
import { ThinkingLimit } from '../chat/thinking-limit.ts';
import type { GenerationDefaults } from '../checkpoint/checkpoint.ts';
import { LanternError } from '../errors.ts';
import type { MediaSpan } from '../media/media-span.ts';
import { type AnswerStream, openAnswer } from './answer-stream.ts';
import { checkpointPlaces } from './checkpoint-places.ts';
import { type AnswerReader, Generation, type Outcome } from './generation.ts';
import { Sampler } from './sampler.ts';
import { samplingDefaults } from './sampling-defaults.ts';
import type { Scheduler } from './scheduler.ts';

/** The parts of an engine that answers come from. */
export type AnswerHost = {
  readonly tokenizer: {
    readonly vocabSize: number;
    encode(text: string): number[];
    decoder(options: { skipSpecial: boolean }): { push(id: number): string; end(): string };
  };
  readonly scheduler: Pick<Scheduler, 'submit'>;
  readonly generation: GenerationDefaults;
  readonly stopIds: readonly number[];
  readonly contextTokens: number;
};

export type Prompt = {
  ids: readonly number[];
  /** The pictures in it, in order. */
  spans: readonly MediaSpan[];
  /** Places at which a message starts, rising. */
  starts: readonly number[];
  /** Whether the answer begins inside a think block. */
  startsInThinking: boolean;
};

/** What becomes of one answer: how its text is read, and what it is in the end. */
export type AnswerForm<Event, Result> = {
  reader: AnswerReader<Event>;
  /** Told every event of the reader, in order. */
  onEvent(event: Event): void;
  /** Whether its state is one that a later prompt begins with. */
  keep(): boolean;
  result(outcome: Outcome): Result;
};

/** What a stream of such answers yields. */
export type StreamEvent<Event, Result> = Event | TokenEvent | { type: 'end'; result: Result };

const MOST_LOGPROBS = 20;

/**
 * Starts `count` answers to one prompt. They share its reading where there is a prefix cache; with a seed, each has its
 * own, counted up. Throws a LanternError where an option is out of range or the prompt does not fit.
 */
export function startAnswers<Event, Result>(
  host: AnswerHost,
  prompt: Prompt,
  options: CompletionOptions & { thinkingBudget?: number },
  count: number,
  form: () => AnswerForm<Event, Result>,
): AnswerStream<StreamEvent<Event, Result>, Result>[] {
  const { ids, spans, starts, startsInThinking } = prompt;
  checkWhole('the number of answers', count, 1);
  checkOptions(options);
  checkPromptLength(ids.length, host.contextTokens);
  const { maxTokens = Number.POSITIVE_INFINITY, minTokens = 0, stopIds = [], ignoreEnds = false } = options;
  const { logprobs = null, thinkingBudget, seed, constraint, priority = 0 } = options;
  const sampling = { ...samplingDefaults(host.generation, startsInThinking), ...given(options) };
  const places = checkpointPlaces(ids.length, starts);
  // All but the first begin where only the last token is left to absorb.
  const shared = count > 1 && ids.length > 1 ? [ids.length - 1] : [];
  const closing = thinkingBudget === undefined ? [] : host.tokenizer.encode('\n</think>\n\n');

  const generations = Array.from({ length: count }, (_, i) => {
    const { stream, sink, abandoned } = openAnswer<StreamEvent<Event, Result>, Result>({
      promptTokens: ids.length,
      startsInThinking,
    });
    const { reader, onEvent, keep, result } = form();
    const generation = new Generation<Event>({
      promptIds: ids,
      spans,
      promptKey: promptKey(prompt, options.cacheSalt),
      checkpoints: [...new Set([...places, ...shared])].sort((a, b) => a - b),
      sampler: new Sampler(
        { ...sampling, ...(seed !== undefined && { seed: seed + i }) },
        host.tokenizer.vocabSize,
        ids,
      ),
      decoder: host.tokenizer.decoder({ skipSpecial: true }),
      reader,
      stopIds: new Set([...(ignoreEnds ? [] : host.stopIds), ...stopIds]),
      maxTokens: Math.min(maxTokens, host.contextTokens - ids.length + 1),
      minTokens,
      constraint: constraint?.({ startsInThinking }) ?? null,
      logprobs,
      thinkingLimit: thinkingBudget === undefined ? null : new ThinkingLimit(thinkingBudget, closing),
      signal: options.signal ? AbortSignal.any([options.signal, abandoned]) : abandoned,
      priority,
      keep: () => count === 1 && keep(),
      onEvent: (event) => {
        if (!isToken(event)) onEvent(event);
        sink.push(event);
      },
      onEnd: (outcome) => {
        const end = result(outcome);
        sink.push({ type: 'end', result: end });
        sink.finish(end);
      },
      onFailure: sink.fail,
    });
    return { stream, generation };
  });
  for (const { generation } of generations) host.scheduler.submit(generation);
  return generations.map(({ stream }) => stream);
}

/** What a prompt is known by: its tokens, and the hashes of its pictures; the first place together with the salt. */
export function promptKey({ ids, spans }: Pick<Prompt, 'ids' | 'spans'>, salt?: string): (number | string)[] {
  const key: (number | string)[] = [...ids];
  for (const { start, count, slice } of spans) key.fill(slice.hash, start, start + count);
  if (salt !== undefined) key[0] = `${key[0]} ${salt}`;
  return key;
}

/** The texts of a `stop` option. */
export function stopTexts({ stop = [] }: Pick<CompletionOptions, 'stop'>): readonly string[] {
  return typeof stop === 'string' ? [stop] : stop;
}

/** Throws a LanternError where a prompt has no tokens or more than the context holds. */
export function checkPromptLength(tokens: number, contextTokens: number): void {
  if (tokens === 0) throw new LanternError('bad-input', 'the prompt has no tokens');
  if (tokens > contextTokens)
    throw new LanternError(
      'context-overflow',
      `the prompt is ${tokens} tokens long; the context holds ${contextTokens}`,
      'shorten the prompt or load the model with a larger context (contextTokens, --context)',
    );
}

function checkOptions(options: CompletionOptions & { thinkingBudget?: number }): void {
  const { maxTokens, minTokens, logprobs, thinkingBudget, priority } = options;
  if (maxTokens !== undefined && maxTokens !== Number.POSITIVE_INFINITY) checkWhole('maxTokens', maxTokens, 1);
  if (minTokens !== undefined) checkWhole('minTokens', minTokens, 0);
  if (priority !== undefined) checkWhole('priority', priority, Number.MIN_SAFE_INTEGER);
  if (logprobs !== undefined) checkWhole('logprobs', logprobs, 0, MOST_LOGPROBS);
  if (thinkingBudget !== undefined) checkWhole('thinkingBudget', thinkingBudget, 0);
  for (const id of options.stopIds ?? []) checkWhole('a token id of stopIds', id, 0);
  for (const stop of stopTexts(options))
    if (typeof stop !== 'string' || stop === '')
      throw new LanternError('bad-input', `stop has the text ${JSON.stringify(stop)}; it must not be empty`);
}

function checkWhole(name: string, value: number, least: number, most = Number.POSITIVE_INFINITY): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const allowed = most === Number.POSITIVE_INFINITY ? `≥ ${least}` : `from ${least} to ${most}`;
  throw new LanternError('bad-input', `${name} is ${value}; it must be an integer ${allowed}`);
}

/** The options that are not undefined, so that they do not hide a default. */
function given<Options extends object>(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
}

function isToken<Event>(event: Event | TokenEvent): event is TokenEvent {
  return typeof event === 'object' && event !== null && 'type' in event && event.type === 'token';
}
