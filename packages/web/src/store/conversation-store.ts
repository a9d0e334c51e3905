import { Emitter } from '../lib/emitter.ts';
import { database } from './database.ts';
import { newestLeaf, pathTo, subtreeOf } from './message-tree.ts';
import {
  type Comparison,
  type Conversation,
  defaultSettings,
  type Message,
  type StoredExchange,
  type StoredFile,
} from './records.ts';
import { isStreamedElsewhere, onTabNews, tellTabs } from './tab-channel.ts';

type Messages = ReadonlyMap<string, Message>;

/**
 * Conversations in memory and in the browser's database. Reads are of memory, and at once; writes go to memory first, then
 * to the database, and other tabs are told.
 */
export class ConversationStore {
  /** The list, a title, or which messages a conversation has. */
  readonly changes = new Emitter();
  #conversations = new Map<string, Conversation>();
  #list: readonly Conversation[] = [];
  #comparisons: readonly Comparison[] = [];
  readonly #messages = new Map<string, Map<string, Message>>();
  readonly #watchers = new Map<string, Emitter>();
  /** What the database said when it could not be used; then everything lasts as long as the page. */
  #storageFailure: string | null = null;
  #isLoaded = false;
  /** Reads a message that streams here; the database has an older state of it. */
  readonly #isStreamedHere: (messageId: string) => boolean;

  constructor(isStreamedHere: (messageId: string) => boolean) {
    this.#isStreamedHere = isStreamedHere;
    onTabNews((news) => {
      if (news.type === 'all-changed') void this.#reloadAll();
      if (news.type === 'changed') void this.#reload(news.conversationId);
      if (news.type === 'who-streams' && isStreamedHere(news.messageId))
        tellTabs({ type: 'i-stream', messageId: news.messageId });
    });
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get storageFailure(): string | null {
    return this.#storageFailure;
  }

  /** Those that are no columns of comparisons, newest first; the same array until something changes. */
  get list(): readonly Conversation[] {
    return this.#list;
  }

  /** Newest first; the same array until something changes. */
  get comparisons(): readonly Comparison[] {
    return this.#comparisons;
  }

  conversation(id: string): Conversation | null {
    return this.#conversations.get(id) ?? null;
  }

  /** Null as long as they are not loaded. */
  messages(conversationId: string): Messages | null {
    return this.#messages.get(conversationId) ?? null;
  }

  message(conversationId: string, id: string): Message | null {
    return this.#messages.get(conversationId)?.get(id) ?? null;
  }

  /** The branch that is shown, oldest message first. */
  path(conversationId: string): Message[] {
    const messages = this.#messages.get(conversationId);
    return messages ? pathTo(messages, this.conversation(conversationId)?.leafId ?? null) : [];
  }

  /** Listens to the text and state of one message. */
  watch(id: string, listener: () => void): () => void {
    const watcher = this.#watchers.get(id) ?? new Emitter();
    this.#watchers.set(id, watcher);
    return watcher.subscribe(listener);
  }

  async load(): Promise<void> {
    const before = new Map(this.#conversations);
    await this.#attempt(async () => {
      const all = await (await database()).getAll('conversations');
      const stored = new Map(all.map((conversation) => [conversation.id, withAllSettings(conversation)]));
      this.#conversations = withLaterChanges(stored, before, this.#conversations);
    });
    this.#isLoaded = true;
    this.#listChanged();
  }

  /** Has the messages of a conversation in memory. Answers that nobody streams any more are marked as cut off. */
  async open(conversationId: string): Promise<void> {
    if (this.#messages.has(conversationId) || !this.#conversations.has(conversationId)) return;
    const messages = await this.#readMessages(conversationId);
    if (this.#messages.has(conversationId)) return;
    this.#messages.set(conversationId, messages);
    this.changes.emit();
    for (const message of messages.values())
      if (message.role === 'assistant' && message.state === 'streaming')
        void this.#checkStreamed(message.id, conversationId);
  }

  putConversation(conversation: Conversation): void {
    this.#conversations.set(conversation.id, conversation);
    if (!this.#messages.has(conversation.id)) this.#messages.set(conversation.id, new Map());
    this.#listChanged();
    void this.#write(conversation.id, async (db) => void (await db.put('conversations', conversation)));
  }

  updateConversation(id: string, change: Partial<Conversation>): void {
    const known = this.#conversations.get(id);
    if (known) this.putConversation({ ...known, ...change });
  }

  /** Takes a new message, or a new state of one. */
  putMessage(message: Message): void {
    this.showMessage(message);
    void this.#write(message.conversationId, async (db) => void (await db.put('messages', message)));
  }

  /** Takes a new state of a message into memory only. */
  showMessage(message: Message): void {
    const messages = this.#messages.get(message.conversationId);
    if (!messages) return;
    const isNew = !messages.has(message.id);
    messages.set(message.id, message);
    this.#watchers.get(message.id)?.emit();
    if (isNew) this.changes.emit();
  }

  /** Shows the newest branch through a message. */
  choose(conversationId: string, messageId: string): void {
    const messages = this.#messages.get(conversationId);
    if (messages) this.updateConversation(conversationId, { leafId: newestLeaf(messages, messageId) });
  }

  /** Deletes a message and what follows it; a version of it, or what came before, is shown then. */
  deleteMessage(conversationId: string, id: string): void {
    const messages = this.#messages.get(conversationId);
    const message = messages?.get(id);
    if (!messages || !message) return;
    const gone = subtreeOf(messages, id);
    for (const { id: each } of gone) messages.delete(each);
    const sibling = [...messages.values()].findLast(({ parentId }) => parentId === message.parentId);
    const shown = this.conversation(conversationId)?.leafId ?? null;
    if (shown !== null && !messages.has(shown))
      this.updateConversation(conversationId, {
        leafId: sibling ? newestLeaf(messages, sibling.id) : message.parentId,
      });
    this.changes.emit();
    void this.#write(conversationId, async (db) => {
      const work = db.transaction(['messages', 'exchanges'], 'readwrite');
      for (const { id: each } of gone)
        await Promise.all([work.objectStore('messages').delete(each), work.objectStore('exchanges').delete(each)]);
      await work.done;
    });
  }

  deleteConversation(id: string): void {
    this.#conversations.delete(id);
    this.#messages.delete(id);
    this.#listChanged();
    void this.#write(id, async (db) => {
      const work = db.transaction(['conversations', 'messages', 'exchanges', 'files'], 'readwrite');
      await work.objectStore('conversations').delete(id);
      for (const name of ['messages', 'exchanges', 'files'] as const) {
        const store = work.objectStore(name);
        for (const key of await store.index('conversationId').getAllKeys(id)) await store.delete(key);
      }
      await work.done;
    });
  }

  putExchange(exchange: StoredExchange): void {
    void this.#write(exchange.conversationId, async (db) => void (await db.put('exchanges', exchange)));
  }

  /** The record of an answer; null where there is none. */
  async exchange(messageId: string): Promise<StoredExchange | null> {
    return (await (await database()).get('exchanges', messageId)) ?? null;
  }

  async putFile(file: StoredFile): Promise<void> {
    await (await database()).put('files', file);
  }

  async file(id: string): Promise<StoredFile | null> {
    return (await (await database()).get('files', id)) ?? null;
  }

  async #checkStreamed(id: string, conversationId: string): Promise<void> {
    if (this.#isStreamedHere(id) || (await isStreamedElsewhere(id))) return;
    const message = this.message(conversationId, id);
    if (message?.role === 'assistant' && message.state === 'streaming') this.putMessage({ ...message, state: 'cut' });
  }

  async #readMessages(conversationId: string): Promise<Map<string, Message>> {
    let all: Message[] = [];
    await this.#attempt(async () => {
      all = await (await database()).getAllFromIndex('messages', 'conversationId', conversationId);
    });
    return new Map(all.map((message) => [message.id, message]));
  }

  /** Another tab changed a conversation. */
  async #reload(id: string): Promise<void> {
    const stored = await (await database()).get('conversations', id);
    const conversation = stored && withAllSettings(stored);
    if (!conversation) {
      this.#conversations.delete(id);
      this.#messages.delete(id);
      return this.#listChanged();
    }
    // Each tab shows the branch that was chosen there.
    const shown = this.#conversations.get(id)?.leafId;
    this.#conversations.set(id, conversation);
    const known = this.#messages.get(id);
    if (known) {
      const fresh = await this.#readMessages(id);
      for (const [key, message] of known) if (this.#isStreamedHere(key)) fresh.set(key, message);
      this.#messages.set(id, fresh);
      const isShownStill = shown !== undefined && shown !== null && fresh.has(shown);
      const leafId = isShownStill && !isFollowed(fresh, shown) ? shown : conversation.leafId;
      this.#conversations.set(id, { ...conversation, leafId });
      for (const key of fresh.keys()) this.#watchers.get(key)?.emit();
    }
    this.#listChanged();
  }

  async #reloadAll(): Promise<void> {
    await this.load();
    for (const id of [...this.#messages.keys()]) await this.#reload(id);
  }

  #listChanged(): void {
    const all = [...this.#conversations.values()];
    this.#list = all.filter(({ comparison }) => !comparison).sort(byNewest);
    this.#comparisons = comparisonsOf(all).sort(byNewest);
    this.changes.emit();
  }

  async #write(conversationId: string, work: (db: Awaited<ReturnType<typeof database>>) => Promise<void>) {
    await this.#attempt(async () => {
      await work(await database());
      tellTabs({ type: 'changed', conversationId });
    });
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#storageFailure = error instanceof Error ? error.message : String(error);
      this.changes.emit();
    }
  }
}

/** What was read, but as it is now where something was put or deleted between `before` and `now`: a person does not wait. */
function withLaterChanges<T>(
  read: ReadonlyMap<string, T>,
  before: ReadonlyMap<string, T>,
  now: ReadonlyMap<string, T>,
): Map<string, T> {
  const all = new Map(read);
  for (const id of before.keys()) if (!now.has(id)) all.delete(id);
  for (const [id, value] of now) if (value !== before.get(id)) all.set(id, value);
  return all;
}

function isFollowed(messages: Messages, id: string): boolean {
  return [...messages.values()].some(({ parentId }) => parentId === id);
}

function byNewest(a: { updatedAt: number }, b: { updatedAt: number }): number {
  return b.updatedAt - a.updatedAt;
}

function comparisonsOf(all: readonly Conversation[]): Comparison[] {
  const columns = all.filter(({ comparison }) => comparison);
  return [...Map.groupBy(columns, ({ comparison }) => comparison!.id)].map(([id, members]) => ({
    id,
    updatedAt: Math.max(...members.map(({ updatedAt }) => updatedAt)),
    columns: members.sort((a, b) => a.comparison!.column - b.comparison!.column),
  }));
}

/** A conversation may have been kept when there were fewer settings. */
function withAllSettings(conversation: Conversation): Conversation {
  return { ...conversation, settings: { ...defaultSettings, ...conversation.settings } };
}
