export type { ChatStream } from './chat-stream.ts';
export type {
  AnswerEvent,
  CalledTool,
  ChatEvent,
  ChatRequest,
  ChatResult,
  FinishReason,
  ReplyMessage,
  TokenEvent,
  TokenText,
} from './chat-types.ts';
export { ClientError, type ClientErrorDetails } from './client-error.ts';
export { type CallOptions, LanternClient, type LanternClientOptions, type ServedModel } from './lantern-client.ts';
export type { Timings } from './read-timings.ts';
export type { Usage } from './read-usage.ts';
