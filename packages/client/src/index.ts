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
export { type Exchange, type ExchangeEvent, type RecordedChat, recordChat, type WireEvent } from './exchange.ts';
export { type Corners, type NamedBox, namedBoxes, type PixelBox, toPixels } from './grounding/named-box.ts';
export {
  type ElementType,
  SCREEN_ELEMENTS_PROMPT,
  SCREEN_ELEMENTS_SCHEMA,
  type ScreenElement,
  screenElements,
} from './grounding/screen-elements.ts';
export {
  type CallOptions,
  type ChatOptions,
  LanternClient,
  type LanternClientOptions,
  type ServedModel,
} from './lantern-client.ts';
export type { Timings } from './read-timings.ts';
export { readTokens } from './read-tokens.ts';
export type { Usage } from './read-usage.ts';
