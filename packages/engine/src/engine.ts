import type { ChatOptions, CompletionOptions } from './chat/chat-types.ts';
import {
  type ChatStream,
  type Conversation,
  chatPrompt,
  type PromptEnd,
  type PromptOptions,
  startChats,
} from './chat/start-chats.ts';
import type { ChatTemplate } from './chat/template/chat-template.ts';
import type { Checkpoint, GenerationDefaults } from './checkpoint/checkpoint.ts';
import type { ModelWeights } from './checkpoint/weights.ts';
import { LanternError } from './errors.ts';
import { decodeBytes } from './generate/decode-bytes.ts';
import type { Drafter } from './generate/drafter.ts';
import { LookupDrafter } from './generate/lookup-drafter.ts';
import { MtpDrafter } from './generate/mtp-drafter.ts';
import { PrefixCache } from './generate/prefix-cache.ts';
import { readPrefix } from './generate/prefix-file.ts';
import { savePrefix } from './generate/save-prefix.ts';
import { Scheduler } from './generate/scheduler.ts';
import { type ScoreOptions, type SequenceScores, scoreSequence } from './generate/score.ts';
import { type DraftScoreOptions, type DraftScores, scoreDrafts } from './generate/score-drafts.ts';
import { Sight } from './generate/sight.ts';
import type { Speculation } from './generate/speculation.ts';
import { checkPromptLength, type Prompt } from './generate/start-answers.ts';
import { type CompletionStream, startCompletions } from './generate/start-completions.ts';
import type { Runner } from './model/backend.ts';
import type { ModelConfig } from './model/config.ts';
import { SequenceStates } from './model/sequence-states.ts';
import type { ProcessorConfig } from './model/vision-config.ts';
import { templateOf, tokenizerOf } from './text-parts.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';

export type EngineParts = {
  config: ModelConfig;
  weights: ModelWeights;
  runner: Runner;
  /** Null for weights that come from elsewhere: then there is neither tokenizer nor template. */
  checkpoint: Checkpoint | null;
  contextTokens: number;
  cacheTokens: number;
  maxSequences: number;
  maxBatchTokens: number;
  maxOutputs: number;
  cachedPrefixes: number;
  /** Bytes of what was seen that are remembered. */
  sightBytes: number;
  /** Null: nothing is guessed. */
  speculation: Speculation | null;
};

/** Tokens, and the pictures among them. */
export type Scored = Pick<Prompt, 'ids' | 'spans'>;

const randomModel = { path: 'a model without a checkpoint', tokenizer: null, chatTemplate: null };

/**
 * A model in memory that answers: several conversations at a time, each a stream of events. What earlier prompts began
 * with is remembered, so that a follow-up turn costs what is new. Close it, or declare it with `await using`, to give
 * memory and threads back.
 */
export class Engine {
  readonly config: ModelConfig;
  /** Tokens that one sequence may have. */
  readonly contextTokens: number;
  readonly maxBatchTokens: number;
  readonly maxOutputs: number;
  /** What the checkpoint says about sampling; all null for random weights. */
  readonly generation: GenerationDefaults;
  /** For those who drive the model batch by batch. */
  readonly runner: Runner;
  readonly states: SequenceStates;
  /** Says how many answers grow and wait. */
  readonly scheduler: Scheduler;
  /** Says what was looked at. */
  readonly sight: Sight;
  readonly #prefixes: PrefixCache;
  readonly #checkpoint: Checkpoint | null;
  readonly #weights: ModelWeights;
  #tokenizer: Tokenizer | undefined;
  #template: ChatTemplate | undefined;

  /** See `loadEngine` and `createEngine`. */
  constructor(parts: EngineParts) {
    this.config = parts.config;
    this.runner = parts.runner;
    this.contextTokens = parts.contextTokens;
    this.maxBatchTokens = parts.maxBatchTokens;
    this.maxOutputs = parts.maxOutputs;
    this.#weights = parts.weights;
    this.#checkpoint = parts.checkpoint;
    this.states = new SequenceStates(parts.config, parts.runner, parts.contextTokens);
    this.#prefixes = new PrefixCache(this.states, parts.cachedPrefixes);
    this.sight = new Sight(parts.runner.vision, parts.sightBytes);
    const drafter = drafterOf(parts.speculation, this.states);
    this.scheduler = new Scheduler(this.states, this.#prefixes, this.sight, parts, drafter);
    this.generation = parts.checkpoint?.generation ?? {
      temperature: null,
      topP: null,
      topK: null,
      minP: null,
      repetitionPenalty: null,
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

  /**
   * Answers a conversation, or the text of one user message. Throws a LanternError at once where an option is out of
   * range, the template refuses the messages or they do not fit; what fails later is thrown by the stream.
   */
  chat(conversation: Conversation, options?: ChatOptions): ChatStream {
    return startChats(this, conversation, 1, options)[0]!;
  }

  /** Several answers to one conversation, which is read once. A seed counts up from answer to answer. */
  chatMany(conversation: Conversation, count: number, options?: ChatOptions): ChatStream[] {
    return startChats(this, conversation, count, options);
  }

  /** Continues a text, in which control tokens count as such, or token ids. Throws like `chat`. */
  complete(text: string | readonly number[], options?: CompletionOptions): CompletionStream {
    return startCompletions(this, text, 1, options)[0]!;
  }

  /** Several continuations of one text, which is read once. A seed counts up from one to the next. */
  completeMany(text: string | readonly number[], count: number, options?: CompletionOptions): CompletionStream[] {
    return startCompletions(this, text, count, options);
  }

  /** The prompt that a conversation becomes; `end` says what it ends with, an open answer by default. */
  prompt(conversation: Conversation, { end = 'answer', ...options }: PromptOptions & { end?: PromptEnd } = {}): Prompt {
    return chatPrompt(this, conversation, options, end).prompt;
  }

  /** Log-probabilities of every token of a text, token ids or a prompt, and of the likeliest at each place. */
  async score(text: string | readonly number[] | Scored, options?: ScoreOptions): Promise<SequenceScores> {
    const scored = typeof text === 'string' ? asScored(this.tokenizer.encode(text)) : asScored(text);
    if (scored.ids.length > 0) checkPromptLength(scored.ids.length, this.contextTokens);
    return scoreSequence(this.scheduler, scored, options);
  }

  /**
   * What the draft head of an engine with speculation by MTP says about token ids, one or more, or a prompt; see
   * `scoreDrafts`. Throws a LanternError where there is none.
   */
  async scoreDrafts(prompt: readonly number[] | Scored, options?: DraftScoreOptions): Promise<DraftScores> {
    if (!this.runner.drafts)
      throw new LanternError(
        'unsupported',
        'the engine has no draft head',
        'load the model with speculation by method "mtp"',
      );
    const scored = asScored(prompt);
    checkPromptLength(scored.ids.length, this.contextTokens);
    return scoreDrafts(this.states, this.sight, scored, options);
  }

  /**
   * Reads a conversation and gives what the model remembers of it as bytes, for `restorePrefix` of an engine on the same
   * model and backend. Conversations that begin with it start there.
   */
  async savePrefix(
    conversation: Conversation,
    options: PromptOptions & Pick<ChatOptions, 'signal'> = {},
  ): Promise<Uint8Array> {
    const { prompt } = chatPrompt(this, conversation, options, 'whole');
    checkPromptLength(prompt.ids.length, this.contextTokens);
    return savePrefix(this.scheduler, this.states, this.#prefixes, prompt, options.signal);
  }

  /** Takes up what `savePrefix` gave. Throws a LanternError where the bytes are not this model's. */
  restorePrefix(bytes: Uint8Array): void {
    const { prompt, state } = readPrefix(this.states, bytes);
    this.#prefixes.adopt(prompt, state);
  }

  /** How pictures and videos are made ready for this model; null where it is loaded without a vision tower. */
  get processor(): ProcessorConfig | null {
    return this.runner.vision && (this.#checkpoint?.processor ?? null);
  }

  /** Whether there is a prefix cache. */
  get remembersPrompts(): boolean {
    return this.#prefixes.capacity > 0;
  }

  /** Bytes read to decode one token for each of `sequences` that have absorbed `contextTokens`: see `decodeBytes`. */
  decodeBytes(sequences: number, contextTokens: number): number {
    return decodeBytes(this.config, this.#weights, this.runner, sequences, contextTokens);
  }

  /** Fails the answers that are not done and gives memory and threads back. The checkpoint stays open. */
  async close(): Promise<void> {
    await this.scheduler.close();
    await this.runner.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function asScored(prompt: readonly number[] | Scored): Scored {
  return 'ids' in prompt ? prompt : { ids: prompt, spans: [] };
}

function drafterOf(speculation: Speculation | null, states: SequenceStates): Drafter | null {
  if (!speculation) return null;
  return speculation.method === 'mtp' ? new MtpDrafter(states, speculation.tokens) : new LookupDrafter(speculation);
}
