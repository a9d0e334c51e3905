import type { OutputItem, ResponseObject, ResponseRequest, ResponseUsage } from '@lantern/api';
import type { ChatResult } from '@lantern/engine';
import type { BegunChat } from '../chat/begin-chat.ts';
import { schemaNote } from '../chat/chat-reply.ts';
import type { ServedEnd } from '../chat/run-chat.ts';
import { timingsOf, usageOf } from '../chat/usage.ts';

/** A response before anything came out of it. */
export function responseHead(request: ResponseRequest, { model, plan, thinks }: BegunChat, id: string): ResponseObject {
  const thinking = thinks ? 'on' : 'off';
  const { options } = plan;
  return {
    id,
    object: 'response',
    created_at: unixNow(),
    completed_at: null,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    max_tool_calls: request.max_tool_calls ?? null,
    metadata: request.metadata ?? {},
    model: model.id,
    output: [],
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: request.previous_response_id ?? null,
    prompt_cache_key: request.prompt_cache_key ?? null,
    reasoning: { effort: request.reasoning?.effort ?? null, summary: request.reasoning?.summary ?? null },
    safety_identifier: request.safety_identifier ?? null,
    service_tier: 'default',
    store: request.store ?? true,
    temperature: options.temperature ?? 1,
    text: { format: request.text?.format ?? { type: 'text' }, verbosity: request.text?.verbosity ?? 'medium' },
    tool_choice: request.tool_choice ?? 'auto',
    tools: request.tools ?? [],
    top_logprobs: request.top_logprobs ?? 0,
    top_p: options.topP ?? 1,
    presence_penalty: options.presencePenalty ?? 0,
    frequency_penalty: options.frequencyPenalty ?? 0,
    truncation: 'disabled',
    ...(request.user && { user: request.user }),
    lantern: plan.autoReason === null ? { thinking } : { thinking, reason: plan.autoReason },
  };
}

/** A response of which everything came out. */
export function finishedResponse(
  head: ResponseObject,
  output: OutputItem[],
  { result, keepsSchema }: ServedEnd,
): ResponseObject {
  const isCut = result.finishReason === 'length';
  return {
    ...head,
    status: isCut ? 'incomplete' : 'completed',
    completed_at: isCut ? null : unixNow(),
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    output,
    usage: responseUsageOf(result),
    timings: timingsOf([result]),
    ...(head.lantern && { lantern: { ...head.lantern, ...schemaNote([keepsSchema]) } }),
  };
}

function unixNow(): number {
  return Math.floor(Date.now() / 1000);
}

function responseUsageOf(result: ChatResult): ResponseUsage {
  const usage = usageOf([result]);
  return {
    input_tokens: usage.prompt_tokens,
    input_tokens_details: { cached_tokens: result.usage.cachedTokens, cache_write_tokens: 0 },
    output_tokens: usage.completion_tokens,
    output_tokens_details: { reasoning_tokens: result.usage.reasoningTokens },
    total_tokens: usage.total_tokens,
  };
}
