import type { AnthropicOutputBlock, MessagesEvent } from '@lantern/api';
import { thinkingSignature } from './thinking-signature.ts';

export type BlockDelta = Extract<MessagesEvent, { type: 'content_block_delta' }>['delta'];

/** What is new of a block. */
export function deltaOf({ type }: AnthropicOutputBlock, text: string): BlockDelta {
  if (type === 'text') return { type: 'text_delta', text };
  if (type === 'thinking') return { type: 'thinking_delta', thinking: text };
  return { type: 'input_json_delta', partial_json: text };
}

/** A block that does not grow any more; `text` is what came of it. */
export function wholeBlock(block: AnthropicOutputBlock, text: string): AnthropicOutputBlock {
  if (block.type === 'text') return { ...block, text };
  if (block.type === 'thinking') return { ...block, thinking: text, signature: thinkingSignature(text) };
  return { ...block, input: JSON.parse(text || '{}') as { [name: string]: unknown } };
}

/** Ids of calls look here as Anthropic's do. */
export function toolUseId(id: string): string {
  return id.replace(/^call_/, 'toolu_');
}
