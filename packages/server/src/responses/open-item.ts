import type { OutputContent, OutputItem, ResponseAnnotation, ResponseLogprob } from '@lantern/api';
import { encodeReasoning } from './reasoning-code.ts';

/** An item of the output while it grows. */
export type OpenItem = OpenReasoning | OpenMessage | OpenCall;
export type OpenReasoning = Growing & { readonly kind: 'reasoning' };
export type OpenMessage = Growing & {
  readonly kind: 'message';
  readonly logprobs: ResponseLogprob[];
  /** Known when the answer ends. */
  annotations: ResponseAnnotation[];
};
export type OpenCall = Growing & { readonly kind: 'call'; readonly callId: string; readonly name: string };

type Growing = { readonly id: string; readonly index: number; text: string };
export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

/** The only piece of a message. */
export function textPart({ text, annotations, logprobs }: TextParts): OutputContent {
  return { type: 'output_text', text, annotations, logprobs: [...logprobs] };
}

type TextParts = Pick<OpenMessage, 'text' | 'annotations' | 'logprobs'>;

/** The only piece of a thought. */
export function thoughtPart(text: string) {
  return { type: 'reasoning_text' as const, text };
}

/** An item that has just begun. */
export function emptyItem(item: OpenItem): OutputItem {
  const { id } = item;
  const status = 'in_progress';
  if (item.kind === 'reasoning') return { type: 'reasoning', id, summary: [], content: [], status };
  if (item.kind === 'message') return { type: 'message', id, status, role: 'assistant', content: [] };
  return { type: 'function_call', id, call_id: item.callId, name: item.name, arguments: '', status };
}

/** An item that does not grow any more. `encodes`: a thought is wanted in `encrypted_content` too. */
export function wholeItem(item: OpenItem, status: ItemStatus, encodes: boolean): OutputItem {
  const { id, text } = item;
  if (item.kind === 'message') return { type: 'message', id, status, role: 'assistant', content: [textPart(item)] };
  if (item.kind === 'call')
    return { type: 'function_call', id, call_id: item.callId, name: item.name, arguments: text, status };
  return {
    type: 'reasoning',
    id,
    summary: [],
    content: [thoughtPart(text)],
    ...(encodes && { encrypted_content: encodeReasoning(text) }),
    status,
  };
}
