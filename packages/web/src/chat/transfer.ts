import { newId } from '../lib/new-id.ts';
import { saveFile } from '../lib/save-file.ts';
import { database } from '../store/database.ts';
import { pathTo } from '../store/message-tree.ts';
import { tellTabs } from '../store/tab-channel.ts';
import { conversations } from './chat-actions.ts';
import { conversationMarkdown } from './conversation-markdown.ts';
import { packConversations, unpackConversations } from './transfer-format.ts';

/** Saves a conversation, all its branches and records, as a JSON file. */
export async function exportConversation(id: string): Promise<void> {
  const conversation = conversations.conversation(id);
  if (!conversation) return;
  saveFile(`${fileName(conversation.title)}.json`, 'application/json', await packed([id]));
}

/** Saves all conversations as one JSON file. */
export async function exportAll(): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  saveFile(
    `lantern-conversations-${day}.json`,
    'application/json',
    await packed(conversations.list.map(({ id }) => id)),
  );
}

/** Saves the branch that is shown as a Markdown file. */
export async function exportMarkdown(id: string): Promise<void> {
  const conversation = conversations.conversation(id);
  if (!conversation) return;
  const all = await (await database()).getAllFromIndex('messages', 'conversationId', id);
  const path = pathTo(new Map(all.map((message) => [message.id, message])), conversation.leafId);
  saveFile(`${fileName(conversation.title)}.md`, 'text/markdown', conversationMarkdown(conversation, path));
}

/** Takes in the conversations of a file, beside those that are there. Gives a sentence about how it went. */
export async function importFile(file: File): Promise<string> {
  try {
    const taken = unpackConversations(await file.text(), newId);
    const work = (await database()).transaction(['conversations', 'messages', 'exchanges', 'files'], 'readwrite');
    for (const { conversation, messages, exchanges, files } of taken) {
      await work.objectStore('conversations').put(conversation);
      for (const message of messages) await work.objectStore('messages').put(message);
      for (const exchange of exchanges) await work.objectStore('exchanges').put(exchange);
      for (const each of files) await work.objectStore('files').put(each);
    }
    await work.done;
    await conversations.load();
    tellTabs({ type: 'all-changed' });
    return taken.length === 1 ? 'One conversation was imported.' : `${taken.length} conversations were imported.`;
  } catch (error) {
    return `${file.name} could not be imported: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function packed(ids: readonly string[]): Promise<string> {
  const db = await database();
  const parts = await Promise.all(
    ids.map(async (id) => ({
      conversation: (await db.get('conversations', id))!,
      messages: await db.getAllFromIndex('messages', 'conversationId', id),
      exchanges: await db.getAllFromIndex('exchanges', 'conversationId', id),
      files: await db.getAllFromIndex('files', 'conversationId', id),
    })),
  );
  return packConversations(parts);
}

function fileName(title: string): string {
  return (
    title
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      .replaceAll(/^-|-$/g, '')
      .slice(0, 60) || 'conversation'
  );
}
