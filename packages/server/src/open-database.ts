import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { LanternError } from '@lantern/engine';

export type DatabaseForm = {
  /** Of the tables; files of another one are refused. */
  version: number;
  /** SQL that makes the tables where there are none. */
  tables: string;
  /** What is kept there, for errors. */
  keeps: string;
};

/** A database in a file or in `:memory:`. Throws a LanternError where the file cannot be opened or is something else. */
export function openDatabase(path: string, { version, tables, keeps }: DatabaseForm): DatabaseSync {
  let database: DatabaseSync | null = null;
  try {
    // What people send is nobody else's business: a new file is its owner's only.
    if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
    database = new DatabaseSync(path);
    const found = Number(database.prepare('PRAGMA user_version').get()?.user_version);
    const count = Number(database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables);
    if (found !== version && (found !== 0 || count > 0))
      throw new Error(`it is another database (version ${found}, ${count} tables)`);
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA busy_timeout = 2000;
      ${tables}
      PRAGMA user_version = ${version};
    `);
    return database;
  } catch (error) {
    database?.close();
    throw new LanternError(
      'bad-input',
      `${path} cannot keep ${keeps}: ${(error as Error).message}`,
      'choose another place for them',
    );
  }
}
