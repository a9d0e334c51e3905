export { type Annotation, annotation } from './chat/annotation.ts';
export {
  type ChatChoice,
  type ChatCompletion,
  type ChatReplyMessage,
  chatCompletion,
  type FinishReason,
  finishReason,
} from './chat/chat-completion.ts';
export {
  type ChatChunkChoice,
  type ChatCompletionChunk,
  type ChatDelta,
  chatCompletionChunk,
} from './chat/chat-completion-chunk.ts';
export {
  type ChatCompletionRequest,
  chatCompletionRequest,
  chatCompletionRequestFields,
} from './chat/chat-completion-request.ts';
export {
  type ChoiceLogprobs,
  choiceLogprobs,
  type PromptLogprobs,
  type TokenLogprob,
  tokenLogprob,
} from './chat/chat-logprobs.ts';
export { type ChatMessage, chatMessage } from './chat/chat-message.ts';
export {
  type ChatTool,
  type ChatToolChoice,
  chatTool,
  chatToolChoice,
  type FunctionDefinition,
  functionDefinition,
} from './chat/chat-tools.ts';
export {
  type AssistantContentPart,
  assistantContentPart,
  type UserContentPart,
  userContentPart,
} from './chat/content-parts.ts';
export {
  type ResponseFormat,
  responseFormat,
  type StructuredOutputs,
  structuredOutputs,
} from './chat/response-format.ts';
export { type SearchOptions, searchOptions } from './chat/search-options.ts';
export { type ReasoningEffort, reasoningEffort } from './chat/thinking-fields.ts';
export { type SentToolCall, type ToolCall, type ToolCallDelta, toolCall } from './chat/tool-call.ts';
export {
  type Completion,
  type CompletionChoice,
  type CompletionChunk,
  type CompletionLogprobs,
  completion,
  completionChunk,
} from './completions/completion.ts';
export {
  type CompletionRequest,
  completionRequest,
  completionRequestFields,
} from './completions/completion-request.ts';
export { type BodyError, describeZodError } from './errors/describe-zod-error.ts';
export {
  type AnthropicErrorBody,
  anthropicErrorBody,
  type ErrorBody,
  errorBody,
  makeAnthropicErrorBody,
  makeErrorBody,
} from './errors/error-body.ts';
export { type ErrorCode, type ErrorEntry, errorCodes } from './errors/error-codes.ts';
export { fieldPath } from './errors/field-path.ts';
export {
  type DeletedFile,
  deletedFile,
  type FileList,
  type FileObject,
  type FilePurpose,
  fileList,
  fileObject,
  filePurpose,
} from './files/file-object.ts';
export {
  type FileListQuery,
  type FileUploadFields,
  fileListQuery,
  fileUploadFields,
} from './files/file-requests.ts';
export {
  type AnthropicInputBlock,
  type AnthropicMessage,
  type AnthropicOutputBlock,
  anthropicMessage,
  anthropicOutputBlock,
} from './messages/message-content.ts';
export { type MessagesEvent, messagesEvent } from './messages/messages-event.ts';
export {
  type AnthropicStopReason,
  type AnthropicUsage,
  anthropicUsage,
  type MessagesReply,
  messagesReply,
} from './messages/messages-reply.ts';
export {
  type AnthropicTool,
  anthropicTool,
  type CountTokensReply,
  type CountTokensRequest,
  countTokensReply,
  countTokensRequest,
  type MessagesRequest,
  messagesRequest,
  messagesRequestFields,
} from './messages/messages-request.ts';
export { type ModelCard, type ModelList, modelCard, modelList } from './models/model-list.ts';
export { type OpenApiDocument, type OpenApiOptions, openApiDocument } from './openapi/open-api-document.ts';
export {
  type InputContent,
  inputContent,
  type OutputContent,
  outputContent,
  type ResponseAnnotation,
  type ResponseLogprob,
  responseAnnotation,
} from './responses/response-content.ts';
export { type ResponseEvent, responseEvent } from './responses/response-event.ts';
export { type InputItem, inputItem, type OutputItem, outputItem } from './responses/response-items.ts';
export {
  type DeletedResponse,
  deletedResponse,
  type InputItemList,
  inputItemList,
  type ResponseObject,
  type ResponseUsage,
  responseObject,
  responseUsage,
} from './responses/response-object.ts';
export { type ResponseRequest, responseRequest, responseRequestFields } from './responses/response-request.ts';
export {
  type ResponseReasoning,
  type ResponseText,
  responseReasoning,
  responseText,
} from './responses/response-text.ts';
export {
  type ResponseTool,
  type ResponseToolChoice,
  responseTool,
  responseToolChoice,
} from './responses/response-tools.ts';
export type { Known } from './shared/known.ts';
export { type LanternNote, lanternNote, type Timings, timings } from './shared/reply-extras.ts';
export { type TokenUsage, tokenUsage } from './shared/token-usage.ts';
export { unknownFields } from './shared/unknown-fields.ts';
export { decodeSse } from './sse/decode-sse.ts';
export { encodeEvent, type OutgoingEvent } from './sse/encode-event.ts';
export { SseDecoder, type SseEvent } from './sse/sse-decoder.ts';
export { type HealthNotReady, type HealthOk, healthNotReady, healthOk } from './status/health.ts';
export { type Version, version } from './status/version.ts';
export {
  type DetokenizeReply,
  type DetokenizeRequest,
  detokenizeReply,
  detokenizeRequest,
  type TokenizeReply,
  type TokenizeRequest,
  tokenizeReply,
  tokenizeRequest,
} from './tokens/tokenize.ts';
