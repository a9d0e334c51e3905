import type { InputItem } from '@lantern/api';

/** What a client that keeps its conversations itself may carry the thinking in. */
const START = 'lantern1:';

/**
 * The `encrypted_content` of a thought, for clients that ask for it and send only this back. It is the thought in
 * base64, no secret: the item shows it in the clear beside.
 */
export function encodeReasoning(text: string): string {
  return START + Buffer.from(text).toString('base64');
}

/** The thought of an item: its text, else ours in `encrypted_content`, else its summary. */
export function reasoningOf({ content, encrypted_content: code, summary }: ReasoningItem): string {
  if (content && content.length > 0) return content.map(({ text }) => text).join('\n\n');
  if (code?.startsWith(START)) return Buffer.from(code.slice(START.length), 'base64').toString();
  return summary.map(({ text }) => text).join('\n\n');
}

type ReasoningItem = Extract<InputItem, { type: 'reasoning' }>;
