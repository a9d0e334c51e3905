import { useEffect, useSyncExternalStore } from 'react';
import { conversations } from '../../chat/chat-actions.ts';
import { type Turn, turnsOf } from '../../chat/comparisons.ts';
import type { Conversation } from '../../store/records.ts';

const { subscribe } = conversations.changes;

/** The turns of every column, as questions and answers come and go. What an answer says, its own message tells. */
export function useTurns(columns: readonly Conversation[]): Turn[][] {
  const ids = columns.map(({ id }) => id).join(' ');
  useEffect(() => {
    const open = () => {
      for (const id of ids.split(' ')) void conversations.open(id);
    };
    open();
    return subscribe(open);
  }, [ids]);
  // A text stays the same where nothing has changed; lists would not.
  useSyncExternalStore(subscribe, () =>
    columns.flatMap(({ id }) => conversations.path(id).map((message) => message.id)).join(' '),
  );
  return columns.map(turnsOf);
}

/** How many columns are answering. */
export function useAnswering(columns: readonly Conversation[]): number {
  return useSyncExternalStore(
    (listener) => {
      const ends = [subscribe(listener), ...columns.map(({ leafId }) => conversations.watch(leafId ?? '', listener))];
      return () => {
        for (const end of ends) end();
      };
    },
    () =>
      columns.filter(({ id, leafId }) => {
        const last = leafId === null ? null : conversations.message(id, leafId);
        return last?.role === 'assistant' && last.state === 'streaming';
      }).length,
  );
}
