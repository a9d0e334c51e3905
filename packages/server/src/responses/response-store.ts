import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { InputItem, ResponseObject } from '@lantern/api';
import { openDatabase } from '../open-database.ts';

/** A response with what another that follows on it has to know. */
export type StoredResponse = {
  response: ResponseObject;
  /** Items of its own request. */
  input: InputItem[];
  /** The conversation before them. */
  history: InputItem[];
};

export type ResponseStoreOptions = {
  /** A database file, made where there is none; left out: memory. */
  path?: string;
  /** How long a response is kept. Default 7 days. */
  days?: number;
  /** How many are kept. Default 10,000. */
  maxEntries?: number;
  /** How much their JSON may take. Default 256 MiB. */
  maxBytes?: number;
  /** Milliseconds since 1970. */
  now?: () => number;
};

const DAY_MS = 24 * 60 * 60 * 1000;

const form = {
  version: 1,
  keeps: 'responses',
  tables: `
    CREATE TABLE IF NOT EXISTS responses (
      place INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      created INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      response TEXT NOT NULL,
      input TEXT NOT NULL,
      history TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS ages ON responses (created);
    CREATE INDEX IF NOT EXISTS sizes ON responses (bytes);
  `,
};

/**
 * Responses that others can follow on, by their ids. The oldest give way when there are too many or they are too large.
 * Each has the whole conversation before it, so that it needs none of the others.
 */
export class ResponseStore {
  readonly #database: DatabaseSync;
  readonly #keptMs: number;
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #now: () => number;
  readonly #statements: ReturnType<typeof prepare>;

  /** Throws where the file cannot be opened or is something else. */
  constructor({
    path = ':memory:',
    days = 7,
    maxEntries = 10_000,
    maxBytes = 256 * 2 ** 20,
    now = Date.now,
  }: ResponseStoreOptions = {}) {
    this.#keptMs = days * DAY_MS;
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
    this.#now = now;
    this.#database = openDatabase(path, form);
    this.#statements = prepare(this.#database);
    this.#statements.forget.run(this.#oldest());
  }

  /** Responses that are kept. */
  get size(): number {
    return this.#total().entries;
  }

  /** Keeps a response. False where it alone is larger than all may be together. */
  save({ response, input, history }: StoredResponse): boolean {
    const texts = [response, input, history].map((value) => JSON.stringify(value)) as [string, string, string];
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    if (bytes > this.#maxBytes || this.#maxEntries < 1) return false;
    this.#statements.forget.run(this.#oldest());
    this.#statements.insert.run(response.id, this.#now(), bytes, ...texts);
    for (let total = this.#total(); this.#isOver(total); total = this.#total()) this.#statements.evict.run();
    return true;
  }

  /** A response that is kept, or null. */
  find(id: string): StoredResponse | null {
    const row = this.#statements.find.get(id, this.#oldest());
    if (!row) return null;
    return {
      response: JSON.parse(String(row.response)) as ResponseObject,
      input: JSON.parse(String(row.input)) as InputItem[],
      history: JSON.parse(String(row.history)) as InputItem[],
    };
  }

  /** Whether there was such a response to delete. Those that follow on it keep their conversation. */
  delete(id: string): boolean {
    return this.#statements.delete.run(id, this.#oldest()).changes > 0;
  }

  close(): void {
    this.#database.close();
  }

  #oldest(): number {
    return this.#now() - this.#keptMs;
  }

  #total(): { entries: number; bytes: number } {
    const row = this.#statements.total.get();
    return { entries: Number(row?.entries), bytes: Number(row?.bytes) };
  }

  #isOver({ entries, bytes }: { entries: number; bytes: number }): boolean {
    return entries > this.#maxEntries || bytes > this.#maxBytes;
  }
}

function prepare(database: DatabaseSync) {
  const statement = (sql: string): StatementSync => database.prepare(sql);
  return {
    insert: statement('INSERT INTO responses (id, created, bytes, response, input, history) VALUES (?, ?, ?, ?, ?, ?)'),
    find: statement('SELECT response, input, history FROM responses WHERE id = ? AND created > ?'),
    delete: statement('DELETE FROM responses WHERE id = ? AND created > ?'),
    forget: statement('DELETE FROM responses WHERE created <= ?'),
    evict: statement('DELETE FROM responses WHERE place = (SELECT min(place) FROM responses)'),
    total: statement('SELECT count(*) AS entries, total(bytes) AS bytes FROM responses'),
  };
}
