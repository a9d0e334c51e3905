import type { ChosenToken, TokenEvent, Usage } from '../chat/chat-types.ts';
import type { ThinkingLimit } from '../chat/thinking-limit.ts';
import type { MediaSpan } from '../media/media-span.ts';
import type { Job } from './job.ts';
import { logSumExp, topLogprobs } from './log-softmax.ts';
import type { PrefixKey } from './prefix-cache.ts';
import type { Sampler } from './sampler.ts';
import type { TokenConstraint } from './token-constraint.ts';

/** Seconds: until work began, then until the first token, then until the last. Work on other answers counts. */
export type Timings = { queueSeconds: number; prefillSeconds: number; decodeSeconds: number };

/** How an answer ended. */
export type Outcome = {
  finishReason: 'stop' | 'length';
  /** The stop text or the id of the end token that was met; null where none was. */
  stopReason: string | number | null;
  usage: Usage;
  timings: Timings;
};

/** Turns the text of an answer into events while it streams. */
export type AnswerReader<Event> = {
  push(text: string): Event[];
  end(): Event[];
  /** The stop text that was met. */
  readonly stopped: string | null;
  /** Whether what comes now is thinking. */
  readonly inReasoning: boolean;
};

export type GenerationSetup<Event> = {
  promptIds: readonly number[];
  spans: readonly MediaSpan[];
  promptKey: PrefixKey;
  checkpoints: readonly number[];
  sampler: Sampler;
  decoder: { push(id: number): string; end(): string };
  reader: AnswerReader<Event>;
  /** The answer ends after any of these, which have no text. */
  stopIds: ReadonlySet<number>;
  /** Most tokens of the answer, 1 or more. */
  maxTokens: number;
  /** Stop ids are not drawn before the answer has as many tokens. */
  minTokens: number;
  /** Null: any token may come. */
  constraint: TokenConstraint | null;
  /** Null: tokens come without log-probabilities; otherwise how many of the likeliest come along. */
  logprobs: number | null;
  thinkingLimit: ThinkingLimit | null;
  signal: AbortSignal | undefined;
  priority: number;
  /** Whether an answer with these events leaves a state that a later prompt begins with. */
  keep: () => boolean;
  onEvent: (event: Event | TokenEvent) => void;
  onEnd: (outcome: Outcome) => void;
  onFailure: (reason: unknown) => void;
};

/** Draws one answer token by token and tells what it says. */
export class Generation<Event> implements Job {
  readonly #setup: GenerationSetup<Event>;
  readonly #usage: Usage;
  readonly #submitted = performance.now();
  #began = 0;
  #first = 0;
  #stopReason: string | number | null = null;

  constructor(setup: GenerationSetup<Event>) {
    this.#setup = setup;
    const tokensOf = (wanted: MediaSpan['kind']) =>
      setup.spans.reduce((sum, { kind, count }) => sum + (kind === wanted ? count : 0), 0);
    this.#usage = {
      promptTokens: setup.promptIds.length,
      imageTokens: tokensOf('image'),
      videoTokens: tokensOf('video'),
      cachedTokens: 0,
      completionTokens: 0,
      reasoningTokens: 0,
      acceptedDraftTokens: 0,
      rejectedDraftTokens: 0,
    };
  }

  get promptIds(): readonly number[] {
    return this.#setup.promptIds;
  }
  get spans(): readonly MediaSpan[] {
    return this.#setup.spans;
  }
  get promptKey(): PrefixKey {
    return this.#setup.promptKey;
  }
  get checkpoints(): readonly number[] {
    return this.#setup.checkpoints;
  }
  get signal(): AbortSignal | undefined {
    return this.#setup.signal;
  }
  get priority(): number {
    return this.#setup.priority;
  }
  get keep(): boolean {
    return this.#setup.keep();
  }

  get tokensLeft(): number {
    return this.#setup.maxTokens - this.#usage.completionTokens;
  }

  drafted(guessed: number, accepted: number): void {
    this.#usage.acceptedDraftTokens += accepted;
    this.#usage.rejectedDraftTokens += guessed - accepted;
  }

  started(cachedTokens: number): void {
    this.#began = performance.now();
    this.#usage.cachedTokens = cachedTokens;
  }

  next(logits: Float32Array): number | null {
    const { sampler, reader, decoder, stopIds, maxTokens, constraint, thinkingLimit, logprobs, onEvent } = this.#setup;
    // Before the sampler changes the logits.
    const normalizer = logprobs === null ? 0 : logSumExp(logits);
    const top = logprobs === null ? [] : topLogprobs(logits, logprobs, normalizer);
    const raw = logprobs === null ? null : logits.slice();
    const id = thinkingLimit?.force(reader.inReasoning) ?? sampler.sample(this.#allowed(logits));
    sampler.accept(id);
    const { inReasoning } = reader;
    if (!inReasoning) constraint?.accept(id);
    const chosen: ChosenToken = raw ? { id, logprob: raw[id]! - normalizer, top } : { id };
    this.#first ||= performance.now();
    this.#usage.completionTokens++;
    if (inReasoning) {
      this.#usage.reasoningTokens++;
      thinkingLimit?.count();
    }
    const isEnd = stopIds.has(id);
    onEvent({ type: 'token', inReasoning, isEnd, ...chosen });
    if (isEnd) {
      this.#stopReason = id;
      return null;
    }
    for (const event of reader.push(decoder.push(id))) onEvent(event);
    this.#stopReason = reader.stopped;
    return this.#stopReason !== null || this.#usage.completionTokens === maxTokens ? null : id;
  }

  /** The same row, with tokens that may not come now made impossible. */
  #allowed(logits: Float32Array): Float32Array {
    const { reader, constraint, stopIds, minTokens } = this.#setup;
    if (!reader.inReasoning) constraint?.mask(logits);
    if (this.#usage.completionTokens < minTokens) for (const id of stopIds) logits[id] = Number.NEGATIVE_INFINITY;
    return logits;
  }

  finished(): void {
    const { reader, decoder, onEvent, onEnd } = this.#setup;
    const now = performance.now();
    for (const event of [...reader.push(decoder.end()), ...reader.end()]) onEvent(event);
    this.#stopReason ??= reader.stopped;
    onEnd({
      finishReason: this.#stopReason === null ? 'length' : 'stop',
      stopReason: this.#stopReason,
      usage: this.#usage,
      timings: {
        queueSeconds: (this.#began - this.#submitted) / 1000,
        prefillSeconds: (this.#first - this.#began) / 1000,
        decodeSeconds: (now - this.#first) / 1000,
      },
    });
  }

  failed(reason: unknown): void {
    this.#setup.onFailure(reason);
  }
}
