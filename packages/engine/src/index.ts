export { parseChatRequest } from './chat/chat-request.ts';
export type {
  AnswerEvent,
  CalledTool,
  ChatEvent,
  ChatOptions,
  ChatResult,
  ChosenToken,
  CompletionEvent,
  CompletionOptions,
  CompletionResult,
  FinishReason,
  TokenEvent,
  Usage,
} from './chat/chat-types.ts';
export type { ExactJson, ExactObject } from './chat/exact-json.ts';
export { expandMedia } from './chat/expand-media.ts';
export type { ChatMessage, ContentPart, RenderOptions, ToolCall, ToolDefinition } from './chat/messages.ts';
export type { ChatStream, Conversation } from './chat/start-chats.ts';
export { ChatTemplate, type RenderedPrompt } from './chat/template/chat-template.ts';
export type { Checkpoint, GenerationDefaults, TensorInfo } from './checkpoint/checkpoint.ts';
export { type CheckpointDescription, describeCheckpoint, type FormatDescription } from './checkpoint/describe.ts';
export { parseRandomQuant, randomWeights } from './checkpoint/random-weights.ts';
export { SHAPE_NAMES, shapeConfig } from './checkpoint/shapes.ts';
export type { ModelWeights } from './checkpoint/weights.ts';
export type { Engine, Scored } from './engine.ts';
export { LanternError, type LanternErrorCode } from './errors.ts';
export type { AnswerStream } from './generate/answer-stream.ts';
export { type Divergence, divergence } from './generate/divergence.ts';
export type { Timings } from './generate/generation.ts';
export type { Job } from './generate/job.ts';
export { samplingDefaults } from './generate/sampling-defaults.ts';
export { checkSampling, type SamplingOptions } from './generate/sampling-options.ts';
export type { DraftCounts } from './generate/scheduler.ts';
export { perplexity, type ScoreOptions, type SequenceScores } from './generate/score.ts';
export type { DraftScoreOptions, DraftScores } from './generate/score-drafts.ts';
export { parseSpeculation, type Speculation } from './generate/speculation.ts';
export type { CompletionStream } from './generate/start-completions.ts';
export type { TokenConstraint } from './generate/token-constraint.ts';
export { yieldToEventLoop } from './generate/yield-to-event-loop.ts';
export { choiceGrammar } from './grammar/choice-grammar.ts';
export type { Grammar, GrammarOptions } from './grammar/grammar.ts';
export { GrammarMatcher } from './grammar/grammar-matcher.ts';
export { jsonGrammar } from './grammar/json-grammar.ts';
export { jsonSchemaGrammar } from './grammar/json-schema-grammar.ts';
export { regexGrammar } from './grammar/regex-grammar.ts';
export { TokenTrie } from './grammar/token-trie.ts';
export { toolCallGrammar } from './grammar/tool-call-grammar.ts';
export { createEngine, defaultContextTokens, type EngineOptions, loadEngine } from './load-engine.ts';
export { decodePictureInBrowser } from './media/decode/decode-in-browser.ts';
export { type Media, sliceTokens } from './media/media.ts';
export { limitsOf, type MediaLimits } from './media/media-limits.ts';
export { type MediaType, mediaTypeOf } from './media/media-type.ts';
export { type PictureOptions, pictureMedia } from './media/picture-media.ts';
export { resizeBicubic } from './media/resize-bicubic.ts';
export type { RgbImage } from './media/rgb-image.ts';
export { smartResize, smartResizeVideo } from './media/smart-resize.ts';
export { videoMedia } from './media/video-media.ts';
export { PAGE_TOKENS } from './model/batch.ts';
export type { ModelConfig } from './model/config.ts';
export { promptPositions } from './model/positions.ts';
export type { SequenceState, SequenceStates } from './model/sequence-states.ts';
export type { StepCost } from './model/step-cost.ts';
export type { ProcessorConfig } from './model/vision-config.ts';
export { templateOf, tokenizerOf } from './text-parts.ts';
export type { PromptSegment } from './tokenizer/prompt-segment.ts';
export { Tokenizer } from './tokenizer/tokenizer.ts';
