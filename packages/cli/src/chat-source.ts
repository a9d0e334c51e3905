import type { AnswerEvent, CalledTool, ChatOptions, Timings } from '@lantern/engine';
import type { MediaFile } from './media-file.ts';

/** A message of a conversation, in OpenAI's form; pictures and videos as the files that they are. */
export type SourceMessage =
  | { role: 'system'; content: string }
  | { role: 'user'; content: string | SourcePart[] }
  | { role: 'assistant'; content: string; reasoning_content?: string; tool_calls?: SourceCall[] };

export type SourcePart = { type: 'text'; text: string } | MediaFile;

export type SourceCall = { id: string; type: 'function'; function: { name: string; arguments: string } };

/** How the commands want something answered. What is left out is the model's or the server's to say. */
export type AskOptions = Pick<
  ChatOptions,
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'minP'
  | 'presencePenalty'
  | 'frequencyPenalty'
  | 'repetitionPenalty'
  | 'seed'
  | 'maxTokens'
  | 'stop'
  | 'tools'
  | 'enableThinking'
  | 'thinkingBudget'
  | 'signal'
> & {
  /** JSON schema that the answer keeps to. */
  schema?: Record<string, unknown>;
};

/** What an answer says next. Tokens and the end count only for when they come. */
export type SourceEvent = AnswerEvent | { type: 'token' } | { type: 'end' };

export type SourceResult = {
  content: string;
  /** Null where there was no thinking. */
  reasoning: string | null;
  toolCalls: CalledTool[];
  /** `stop`, `length` or `tool_calls`; servers have others, too. */
  finishReason: string;
};

/** An answer on its way. Iteration and `result` throw the reason of the signal where that ended it. */
export type SourceAnswer = AsyncIterable<SourceEvent> & { readonly result: Promise<SourceResult> };

/** Tokens of a request and all its answers. Cached ones count among those of the prompt; null: not told. */
export type SpentTokens = {
  promptTokens: number;
  cachedTokens: number | null;
  completionTokens: number;
  reasoningTokens: number | null;
  acceptedDraftTokens: number | null;
  rejectedDraftTokens: number | null;
};

/** What a request took. Null where that is not told. */
export type Spent = { usage: SpentTokens | null; timings: Timings | null };

export type Asked = {
  answers: readonly SourceAnswer[];
  /** What it took, once all answers have ended. Rejects as they do. */
  spent(): Promise<Spent>;
};

/** What answers: the engine in this process, or a server. The commands that answer know only this. */
export type ChatSource = {
  /** The model, as `--json` names it. */
  readonly name: string;
  /** Tokens that a conversation and its answer may have; null where that is not known. */
  readonly contextTokens: number | null;
  /** How the user gets more of them; null where that is not theirs to say. */
  readonly contextRemedy: string | null;
  /** Whether the model thinks where it is not told whether to; null where that is not known. */
  readonly thinksByItself: boolean | null;
  /** Tokens of a conversation that was asked about; null where they cannot be counted here. */
  countTokens(messages: readonly SourceMessage[]): number | null;
  /** Asks for `count` answers to one conversation. What fails is thrown here or by the answers. */
  ask(messages: readonly SourceMessage[], count: number, options: AskOptions): Promise<Asked>;
};
