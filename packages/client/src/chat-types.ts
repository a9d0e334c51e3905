import type { FinishReason as ApiFinishReason, ChatCompletionRequest } from '@lantern/api';
import type { Timings } from './read-timings.ts';
import type { Usage } from './read-usage.ts';

/** A chat as the API takes it. How it is delivered is the client's affair; for several answers there is `chatMany`. */
export type ChatRequest = Omit<ChatCompletionRequest, 'stream' | 'stream_options' | 'n'>;

/** A token as text, for the server's ids mean nothing without its tokenizer. `bytes` where text cannot show it. */
export type TokenText = { token: string; bytes: number[] | null; logprob: number };

/** A token with its log-probability, told before the text that it completes. Only where `logprobs` was asked for. */
export type TokenEvent = { type: 'token'; inReasoning: boolean; top: TokenText[] } & TokenText;

/** A call that the model made. `arguments` is JSON text as the server sent it. */
export type CalledTool = { id: string; name: string; arguments: string };

/** What an answer says, while it streams. Texts are what is new. */
export type AnswerEvent =
  | { type: 'reasoning'; text: string }
  | { type: 'content'; text: string }
  | { type: 'tool-call-start'; index: number; id: string; name: string }
  /** A piece of the JSON text of the arguments; the pieces of a call joined are its `arguments`. */
  | { type: 'tool-call-arguments'; index: number; text: string }
  /** Comes when the answer has ended, since servers may mix the pieces of several calls. */
  | { type: 'tool-call-end'; index: number; call: CalledTool };

/** The last event is `end`, with everything that came before it put together. */
export type ChatEvent = AnswerEvent | TokenEvent | { type: 'end'; result: ChatResult };

/** Why an answer ended; servers have reasons of their own besides the usual ones. */
export type FinishReason = ApiFinishReason | (string & Record<never, never>);

/** The answer as it goes back into the conversation. */
export type ReplyMessage = {
  role: 'assistant';
  content: string;
  reasoning_content?: string;
  tool_calls?: { id: string; type: 'function'; function: { name: string; arguments: string } }[];
};

export type ChatResult = {
  message: ReplyMessage;
  content: string;
  /** Null where no thinking came. */
  reasoning: string | null;
  toolCalls: CalledTool[];
  /** `tool_calls` wherever there are calls and the answer ended by itself, whatever the server says then. */
  finishReason: FinishReason;
  /** The stop text or the id of the stop token that was met, where the server tells. */
  stopReason: string | number | null;
  /** Of the whole request, so of all its answers together. Null where the server does not tell. */
  usage: Usage | null;
  /** Of the whole request, measured by the server. Null where it does not tell. */
  timings: Timings | null;
  /** The server's id of the answer and name of the model; null where it sends none. */
  id: string | null;
  model: string | null;
};
