import type { Message } from './records.ts';

/** From the first message to this one. */
export function pathTo(messages: ReadonlyMap<string, Message>, leafId: string | null): Message[] {
  const path: Message[] = [];
  for (let id = leafId; id !== null; ) {
    const message = messages.get(id);
    if (!message) break;
    path.push(message);
    id = message.parentId;
  }
  return path.reverse();
}

/** A message and its versions: those that follow the same one, oldest first. */
export function versionsOf(messages: ReadonlyMap<string, Message>, { parentId }: Message): Message[] {
  return [...messages.values()].filter((message) => message.parentId === parentId).sort(byTime);
}

/** The last message of the newest branch that goes through this one. */
export function newestLeaf(messages: ReadonlyMap<string, Message>, id: string): string {
  const children = [...messages.values()].filter((message) => message.parentId === id).sort(byTime);
  const newest = children.at(-1);
  return newest ? newestLeaf(messages, newest.id) : id;
}

/** A message and everything that follows it. */
export function subtreeOf(messages: ReadonlyMap<string, Message>, id: string): Message[] {
  const message = messages.get(id);
  if (!message) return [];
  const children = [...messages.values()].filter((other) => other.parentId === id);
  return [message, ...children.flatMap((child) => subtreeOf(messages, child.id))];
}

function byTime(a: Message, b: Message): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
}
