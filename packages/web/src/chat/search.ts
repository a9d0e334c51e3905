import { database } from '../store/database.ts';
import type { Conversation, Message } from '../store/records.ts';
import { conversations } from './chat-actions.ts';

/** A conversation that holds what was looked for; `excerpt` is where, null where its title does. */
export type Found = { conversation: Conversation; excerpt: string | null };

const BEFORE = 24;
const AFTER = 60;

/** Conversations whose title or messages hold a text, newest first. Letter case does not matter. */
export async function searchConversations(query: string): Promise<Found[]> {
  const wanted = query.toLowerCase();
  const excerpts = new Map<string, string>();
  for (const message of await (await database()).getAll('messages')) {
    if (excerpts.has(message.conversationId)) continue;
    const text = textOf(message);
    const at = text.toLowerCase().indexOf(wanted);
    if (at >= 0) excerpts.set(message.conversationId, excerptAt(text, at, wanted.length));
  }
  return conversations.list.flatMap((conversation) => {
    const excerpt = excerpts.get(conversation.id) ?? null;
    const isTitled = conversation.title.toLowerCase().includes(wanted);
    return isTitled || excerpt !== null ? [{ conversation, excerpt: isTitled ? null : excerpt }] : [];
  });
}

function textOf(message: Message): string {
  return message.role === 'user' ? message.text : message.content;
}

function excerptAt(text: string, at: number, length: number): string {
  const from = Math.max(0, at - BEFORE);
  const piece = text.slice(from, at + length + AFTER).replaceAll(/\s+/g, ' ');
  return `${from > 0 ? '…' : ''}${piece}`;
}
