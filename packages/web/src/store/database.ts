import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Conversation, Message, StoredExchange, StoredFile } from './records.ts';

/** What is kept in the browser. */
export type Schema = DBSchema & {
  conversations: { key: string; value: Conversation };
  messages: { key: string; value: Message; indexes: { conversationId: string } };
  exchanges: { key: string; value: StoredExchange; indexes: { conversationId: string } };
  files: { key: string; value: StoredFile; indexes: { conversationId: string } };
};

export type Database = IDBPDatabase<Schema>;

let opened: Promise<Database> | undefined;

/** The database, opened once. Rejects where the browser keeps nothing, as some private windows do. */
export function database(): Promise<Database> {
  opened ??= openDB<Schema>('lantern', 1, {
    upgrade(db) {
      db.createObjectStore('conversations', { keyPath: 'id' });
      for (const name of ['messages', 'exchanges', 'files'] as const)
        db.createObjectStore(name, { keyPath: 'id' }).createIndex('conversationId', 'conversationId');
    },
    // A newer page in another tab must be able to bring its own version.
    blocking: (_, __, event) => (event.target as IDBDatabase).close(),
  });
  return opened;
}
