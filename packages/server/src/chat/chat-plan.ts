import type { ChatCompletionRequest } from '@lantern/api';
import type { ChatMessage, ChatOptions } from '@lantern/engine';
import { MediaParts, type MediaPartsOptions } from '../media/media-parts.ts';
import type { MediaRequest } from '../media/media-request.ts';
import type { ServedModel } from '../model-host.ts';
import { readSampling } from '../read-sampling.ts';
import type { SearchProvider } from '../search/search-provider.ts';
import { searchTool } from '../search/search-tool.ts';
import { type AnswerFormat, readFormat } from './read-format.ts';
import { lastQuestion, readMessages } from './read-messages.ts';
import { readSearch, type SearchPlan } from './read-search.ts';
import { readTools } from './read-tools.ts';
import { isContinued, refuseChatFields } from './refused-chat-fields.ts';
import { thinkingMode } from './thinking-mode.ts';

/** What a server was started with, for requests that leave it out. */
export type ChatDefaults = {
  enableThinking?: boolean;
  seed?: number;
  /** Whether the thinking is told apart from the answer; otherwise all of it is content. */
  parsesReasoning: boolean;
  /** Whether calls are told apart from content. */
  parsesTools: boolean;
};

/** A chat request, understood: what the engine is asked, and how its answer is checked and told. */
export type ChatPlan = {
  messages: ChatMessage[];
  /** Pictures and videos of the messages, in the order of their parts. */
  media: readonly MediaRequest[];
  options: ChatOptions;
  count: number;
  format: AnswerFormat;
  /** What decided about thinking where `enable_auto` left it to the server; null where it did not. */
  autoReason: string | null;
  /** Null where the answers may not search. */
  search: SearchPlan | null;
  includesStop: boolean;
  includesReasoning: boolean;
};

/** Priority of requests with `enable_fast` that give none; others have 0, and lower goes first. */
const FAST_PRIORITY = -1;

/** Understands a chat request. Throws a 400 for what contradicts itself or cannot be honoured. */
export function planChat(
  request: ChatCompletionRequest,
  model: ServedModel,
  defaults: ChatDefaults,
  provider: SearchProvider | null,
  mediaOptions: Omit<MediaPartsOptions, 'highResolution'>,
): ChatPlan {
  refuseChatFields(request);
  const { engine } = model;
  const media = new MediaParts({
    ...mediaOptions,
    highResolution: request.vl_high_resolution_images ?? false,
  });
  const messages = readMessages(request.messages, media);
  const tools = readTools(request);
  const question = lastQuestion(messages);
  const search = readSearch(request, question, provider);
  const offered = search ? [...tools.offered, searchTool] : tools.offered;
  const thinking = thinkingMode(
    {
      ...request,
      enable_thinking: request.enable_thinking ?? request.reasoning?.enabled,
      reasoning_effort: request.reasoning_effort ?? request.reasoning?.effort,
      thinking_budget: request.thinking_budget ?? request.thinking_token_budget,
    },
    { text: question, hasTools: tools.offered.length > 0 },
    defaults.enableThinking,
  );
  const format = readFormat(request, tools, engine);
  const maxTokens = request.max_completion_tokens ?? request.max_tokens;
  return {
    messages,
    media: media.requests,
    count: request.n ?? 1,
    format,
    autoReason: thinking.autoReason,
    search,
    includesStop: request.include_stop_str_in_output ?? false,
    includesReasoning: request.include_reasoning ?? true,
    options: {
      ...readSampling(request, engine.generation, engine.tokenizer.vocabSize, defaults.seed),
      // Fast also means to be served before those that did not ask for it.
      ...(request.enable_fast && { priority: request.priority ?? FAST_PRIORITY }),
      ...(maxTokens && { maxTokens }),
      ...(request.logprobs && { logprobs: request.top_logprobs ?? 0 }),
      ...(thinking.enableThinking !== undefined && { enableThinking: thinking.enableThinking }),
      ...(thinking.budget !== undefined && { thinkingBudget: thinking.budget }),
      ...(offered.length > 0 && { tools: offered }),
      ...(!tools.isParallel && { maxToolCalls: 1 }),
      splitThinking: defaults.parsesReasoning,
      parseCalls: defaults.parsesTools,
      ...(isContinued(request) && { continueFinalMessage: true }),
      ...(format.constraint && { constraint: format.constraint }),
    },
  };
}
