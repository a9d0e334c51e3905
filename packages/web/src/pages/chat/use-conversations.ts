import { useEffect, useSyncExternalStore } from 'react';
import { conversations } from '../../chat/chat-actions.ts';
import type { Comparison, Conversation, Message } from '../../store/records.ts';

const { subscribe } = conversations.changes;

export function useConversationList(): readonly Conversation[] {
  return useSyncExternalStore(subscribe, () => conversations.list);
}

export function useComparisons(): readonly Comparison[] {
  return useSyncExternalStore(subscribe, () => conversations.comparisons);
}

export function useIsLoaded(): boolean {
  return useSyncExternalStore(subscribe, () => conversations.isLoaded);
}

export function useConversation(id: string): Conversation | null {
  return useSyncExternalStore(subscribe, () => conversations.conversation(id));
}

/** Ids of the messages of the branch that is shown, oldest first; null as long as they are not loaded. */
export function usePath(conversationId: string): readonly string[] | null {
  useEffect(() => {
    const open = () => void conversations.open(conversationId);
    open();
    // A conversation that another tab began, or one asked for before the list was there.
    return subscribe(open);
  }, [conversationId]);
  const ids = useSyncExternalStore(subscribe, () => {
    if (!conversations.messages(conversationId)) return null;
    return conversations
      .path(conversationId)
      .map(({ id }) => id)
      .join(' ');
  });
  return ids === null ? null : ids.split(' ').filter((id) => id !== '');
}

export function useMessage(conversationId: string, id: string): Message | null {
  return useSyncExternalStore(
    (listener) => conversations.watch(id, listener),
    () => conversations.message(conversationId, id),
  );
}

/** What the database says where nothing can be kept; null where all is well. */
export function useStorageFailure(): string | null {
  return useSyncExternalStore(subscribe, () => conversations.storageFailure);
}
