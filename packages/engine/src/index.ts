export { parseChatRequest } from './chat/chat-request.ts';
export { ChatTemplate, type RenderedPrompt } from './chat/chat-template.ts';
export type { ChatMessage, RenderOptions, ToolDefinition } from './chat/messages.ts';
export { startsInThinking, ThinkingSplitter } from './chat/thinking-splitter.ts';
export type { Checkpoint, GenerationDefaults, TensorInfo } from './checkpoint/checkpoint.ts';
export { type CheckpointDescription, describeCheckpoint, type FormatDescription } from './checkpoint/describe.ts';
export { parseRandomQuant, randomWeights } from './checkpoint/random-weights.ts';
export { SHAPE_NAMES, shapeConfig } from './checkpoint/shapes.ts';
export type { ModelWeights } from './checkpoint/weights.ts';
export { createEngine, defaultContextTokens, Engine, type EngineOptions, loadEngine } from './engine.ts';
export { LanternError, type LanternErrorCode } from './errors.ts';
export { type Divergence, divergence } from './generate/divergence.ts';
export {
  type GenerateOptions,
  type GenerationEvent,
  type GenerationTimings,
  type GenerationUsage,
  generate,
} from './generate/generate.ts';
export { samplingDefaults } from './generate/sampling-defaults.ts';
export { checkSampling, type SamplingOptions } from './generate/sampling-options.ts';
export { perplexity, type SequenceScores, scoreSequence } from './generate/score.ts';
export { PAGE_TOKENS } from './model/batch.ts';
export type { ModelConfig } from './model/config.ts';
export type { SequenceState, SequenceStates } from './model/sequence-states.ts';
export { templateOf, tokenizerOf } from './text-parts.ts';
export type { PromptSegment } from './tokenizer/prompt-segment.ts';
export { Tokenizer } from './tokenizer/tokenizer.ts';
