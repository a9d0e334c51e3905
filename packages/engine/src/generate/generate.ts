import { LanternError } from '../errors.ts';
import type { SequenceState, SequenceStates } from '../model/sequence-states.ts';
import { Sampler } from './sampler.ts';
import type { SamplingOptions } from './sampling-options.ts';
import { yieldToEventLoop } from './yield-to-event-loop.ts';

/** The parts of an engine that generation needs. */
export type GenerationModel = {
  states: Pick<SequenceStates, 'runBatch'>;
  tokenizer: {
    vocabSize: number;
    decoder(options?: { skipSpecial?: boolean }): { push(id: number): string; end(): string };
  };
  contextTokens: number;
  maxBatchTokens: number;
};

export type GenerateOptions = {
  /** Continues whatever it has absorbed. The last token that is generated is not absorbed. */
  state: SequenceState;
  /** One token or more. */
  promptIds: ArrayLike<number>;
  sampling: SamplingOptions;
  /** Generation ends after any of these. */
  stopIds: Iterable<number>;
  /** Default: as many as the context holds. */
  maxTokens?: number;
  signal?: AbortSignal;
};

export type GenerationEvent =
  /** `text`: what this token completes; empty for stop and control tokens and inside a character of several tokens. */
  | { type: 'token'; id: number; text: string }
  /** `text`: what the last tokens left incomplete. */
  | { type: 'end'; finishReason: 'stop' | 'length'; text: string; usage: GenerationUsage; timings: GenerationTimings };

/** Tokens; a stop token counts. */
export type GenerationUsage = { promptTokens: number; completionTokens: number };

/** Seconds of computing, time spent by the consumer left out. Decoding covers all tokens but the first. */
export type GenerationTimings = { prefillSeconds: number; decodeSeconds: number };

/**
 * Absorbs the prompt in chunks, then yields token after token and last an `end`. Between chunks and tokens the event
 * loop turns and `signal` is looked at; its reason is thrown.
 *
 * Throws a LanternError where the prompt is empty or does not fit into the context, or an option is out of range.
 */
export async function* generate(
  model: GenerationModel,
  options: GenerateOptions,
): AsyncGenerator<GenerationEvent, void> {
  const { state, promptIds, signal, maxTokens = Number.POSITIVE_INFINITY } = options;
  const { states, contextTokens, maxBatchTokens } = model;
  const promptTokens = promptIds.length;
  checkLengths(state.length, promptTokens, contextTokens, maxTokens);
  const sampler = new Sampler(options.sampling, model.tokenizer.vocabSize);
  const stopIds = new Set(options.stopIds);
  const decoder = model.tokenizer.decoder({ skipSpecial: true });
  const ids = Array.from(promptIds);
  const limit = Math.min(maxTokens, contextTokens - state.length - promptTokens + 1);

  const began = performance.now();
  let id = -1;
  for (let from = 0; from < promptTokens; from += maxBatchTokens) {
    await yieldToEventLoop();
    signal?.throwIfAborted();
    const last = from + maxBatchTokens >= promptTokens;
    const chunk = ids.slice(from, from + maxBatchTokens);
    const logits = states.runBatch([{ state, ids: chunk, outputs: last ? 'last' : 'none' }]);
    if (last) id = sampler.sample(logits);
  }
  const prefillSeconds = (performance.now() - began) / 1000;

  let decodeMilliseconds = 0;
  let completionTokens = 1;
  for (; ; completionTokens++) {
    const stopped = stopIds.has(id);
    yield { type: 'token', id, text: stopped ? '' : decoder.push(id) };
    if (stopped || completionTokens === limit) {
      yield {
        type: 'end',
        finishReason: stopped ? 'stop' : 'length',
        text: decoder.end(),
        usage: { promptTokens, completionTokens },
        timings: { prefillSeconds, decodeSeconds: decodeMilliseconds / 1000 },
      };
      return;
    }
    const step = performance.now();
    await yieldToEventLoop();
    signal?.throwIfAborted();
    id = sampler.sample(states.runBatch([{ state, ids: [id], outputs: 'last' }]));
    decodeMilliseconds += performance.now() - step;
  }
}

function checkLengths(absorbed: number, promptTokens: number, contextTokens: number, maxTokens: number): void {
  if (promptTokens === 0) throw new LanternError('bad-input', 'the prompt has no tokens');
  if (absorbed + promptTokens > contextTokens)
    throw new LanternError(
      'context-overflow',
      `the prompt is ${absorbed + promptTokens} tokens long; the context holds ${contextTokens}`,
      'shorten the prompt or load the model with a larger context (contextTokens, --context)',
    );
  if (!(maxTokens >= 1 && (Number.isInteger(maxTokens) || maxTokens === Number.POSITIVE_INFINITY)))
    throw new LanternError('bad-input', `maxTokens is ${maxTokens}; it must be an integer ≥ 1`);
}
