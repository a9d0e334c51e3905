import type { Outcome, Timings } from '../generate/generation.ts';
import type { SamplingOptions } from '../generate/sampling-options.ts';
import type { TokenConstraint } from '../generate/token-constraint.ts';
import type { Media } from '../media/media.ts';
import type { ChatMessage, ToolDefinition } from './messages.ts';

/** How an answer or a continuation is generated. What is left out comes from the checkpoint's own defaults. */
export type CompletionOptions = Partial<SamplingOptions> & {
  /** Longest answer in tokens, thinking included. Default: what the context holds. */
  maxTokens?: number;
  /** The answer ends before the first of these texts. The thinking is not searched. */
  stop?: string | readonly string[];
  /** The answer ends after any of these, besides the model's own ends. */
  stopIds?: readonly number[];
  /** The model's own ends do not end the answer. Default false. */
  ignoreEnds?: boolean;
  /** The answer does not end by itself before it has so many tokens. Default 0. */
  minTokens?: number;
  /** Makes the constraint of one answer: which tokens may come once the thinking is over. Default: any. */
  constraint?: (answer: { startsInThinking: boolean }) => TokenConstraint;
  /** With every token its log-probability and this many of the likeliest, 0 to 20. Default: none. */
  logprobs?: number;
  /** Stops the answer within one token; its stream throws the signal's reason. */
  signal?: AbortSignal;
  /** Prompts with another salt are not recognised in the prefix cache. Default: none. */
  cacheSalt?: string;
  /** Where answers wait, those with the lowest number begin first. Default 0. */
  priority?: number;
};

export type ChatOptions = CompletionOptions & {
  /** Functions that the model may call, in OpenAI's form. */
  tools?: readonly ToolDefinition[];
  /** The answer ends after so many calls. Default: any number. */
  maxToolCalls?: number;
  /** What the pictures and videos of the messages show, in the order of their parts. */
  media?: readonly Media[];
  /** Number pictures and videos in the text, so that one can speak of the second. Default false. */
  addVisionId?: boolean;
  /** Whether the model thinks first. Default: what the chat template does. */
  enableThinking?: boolean;
  /** Most tokens of thinking; then the thought is closed and the answer begins. Default: no limit. */
  thinkingBudget?: number;
  /** False: thinking is not told apart, it is content, tags and all. Default true. */
  splitThinking?: boolean;
  /** False: calls are not told apart, they are content. Default true. */
  parseCalls?: boolean;
  /** Go on with the last message, which is the assistant's, instead of beginning a turn. Default false. */
  continueFinalMessage?: boolean;
};

/** One token of an answer. Log-probabilities are natural, of the model itself, before any sampling control. */
export type ChosenToken = { id: number; logprob?: number; top?: [id: number, logprob: number][] };

/** A token, told before the text that it completes. `isEnd`: it ended the answer and has no text. */
export type TokenEvent = { type: 'token'; inReasoning: boolean; isEnd: boolean } & ChosenToken;

/** A call that the model made. `arguments` is JSON text, typed by the tool's schema. */
export type CalledTool = { id: string; name: string; arguments: string };

/** What an answer says, while it streams. Texts are what is new. */
export type AnswerEvent =
  | { type: 'reasoning'; text: string }
  | { type: 'content'; text: string }
  | { type: 'tool-call-start'; index: number; id: string; name: string }
  /** A piece of the JSON text of the arguments; the pieces of a call joined are its `arguments`. */
  | { type: 'tool-call-arguments'; index: number; text: string }
  | { type: 'tool-call-end'; index: number; call: CalledTool };

/** Why an answer ended: by itself or at a stop, at its longest, or to have tools called. */
export type FinishReason = 'stop' | 'length' | 'tool_calls';

/**
 * Tokens. Cached ones count among those of the prompt, reasoning among those of the completion, and so do accepted
 * drafts. Rejected drafts count nowhere.
 */
export type Usage = {
  promptTokens: number;
  /** Of these, tokens that stand for pictures and for videos. */
  imageTokens: number;
  videoTokens: number;
  cachedTokens: number;
  completionTokens: number;
  reasoningTokens: number;
  acceptedDraftTokens: number;
  rejectedDraftTokens: number;
};

/** The last event is `end`, with everything that came before it put together. */
export type ChatEvent = AnswerEvent | TokenEvent | { type: 'end'; result: ChatResult };

export type ChatResult = {
  /** As it goes back into the conversation. */
  message: Extract<ChatMessage, { role: 'assistant' }>;
  content: string;
  /** Null where the model was not asked to think. */
  reasoning: string | null;
  toolCalls: CalledTool[];
  finishReason: FinishReason;
  /** The stop text or the id of the end token that was met; null where none was. */
  stopReason: Outcome['stopReason'];
  usage: Usage;
  timings: Timings;
};

/** The last event is `end`. */
export type CompletionEvent = { type: 'text'; text: string } | TokenEvent | { type: 'end'; result: CompletionResult };

export type CompletionResult = {
  text: string;
  finishReason: 'stop' | 'length';
  stopReason: Outcome['stopReason'];
  usage: Usage;
  timings: Timings;
};
