import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Of the tables; files of another one are refused. */
const VERSION = 1;

/** The tables of stored responses, in a file or in `:memory:`. Throws where the file cannot be opened or is something else. */
export function openResponseDatabase(path: string): DatabaseSync {
  // Conversations are nobody else's business: a new file is its owner's only.
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path);
  try {
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
    const tables = Number(database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables);
    if (version !== VERSION && (version !== 0 || tables > 0))
      throw new Error(`it is another database (version ${version}, ${tables} tables)`);
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA busy_timeout = 2000;
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
      PRAGMA user_version = ${VERSION};
    `);
    return database;
  } catch (error) {
    database.close();
    throw new Error(`${path} cannot keep responses: ${(error as Error).message}`, { cause: error });
  }
}
