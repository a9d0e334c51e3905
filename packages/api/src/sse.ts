// The codec alone, for programs that start fast and need no schema.
export { decodeSse } from './sse/decode-sse.ts';
export { encodeEvent, type OutgoingEvent } from './sse/encode-event.ts';
export { SseDecoder } from './sse/sse-decoder.ts';
