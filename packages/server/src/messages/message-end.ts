import type { AnthropicUsage, MessagesReply } from '@lantern/api';
import type { ChatResult } from '@lantern/engine';
import { apiStopReason } from '../chat/chat-reply.ts';

/** Why an answer ended, in Anthropic's words. */
export function stopOf(result: ChatResult): Pick<MessagesReply, 'stop_reason' | 'stop_sequence'> {
  const stop_sequence = result.finishReason === 'stop' ? apiStopReason(result) : null;
  if (stop_sequence !== null) return { stop_reason: 'stop_sequence', stop_sequence };
  const reasons = { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use' } as const;
  return { stop_reason: reasons[result.finishReason], stop_sequence };
}

/** Anthropic counts remembered tokens apart from those that were read. */
export function usageOf({ usage }: ChatResult): AnthropicUsage & { cache_creation_input_tokens: number } {
  return {
    input_tokens: usage.promptTokens - usage.cachedTokens,
    output_tokens: usage.completionTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: usage.cachedTokens,
  };
}
