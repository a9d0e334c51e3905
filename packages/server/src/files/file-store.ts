import { randomBytes } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { Readable } from 'node:stream';
import { LanternError } from '@lantern/engine';
import { ApiError } from '../http/api-error.ts';
import { mediaKindOf } from '../media/media-kind.ts';
import { openDatabase } from '../open-database.ts';

/** A file that was uploaded. */
export type StoredFile = {
  id: string;
  filename: string;
  purpose: string;
  bytes: number;
  /** Seconds since 1970. */
  createdAt: number;
  expiresAt: number;
  /** What it is, by its first bytes. */
  media: 'image' | 'video' | null;
};

export type FileStoreOptions = {
  /** A folder, made where there is none; left out: one for the time being, gone when the store is closed. */
  path?: string;
  /** How many are kept. Default 1,000. */
  maxFiles?: number;
  /** How large one may be. Default 128 MiB. */
  maxFileBytes?: number;
  /** How large all may be together. Default 4 GiB. */
  maxTotalBytes?: number;
  /** How long one is kept at the most. Default 30 days. */
  days?: number;
  /** Milliseconds since 1970. */
  now?: () => number;
};

/** What the sender says of a file. */
export type FileNotes = { owner: string; filename: string; purpose: string; expiresAfterSeconds: number | null };

/** Content that has come in and that nobody can ask for yet. */
export type ReceivedFile = { keep(notes: FileNotes): StoredFile; drop(): void };

export type FileQuery = { limit: number; order: 'asc' | 'desc'; after: string | null; purpose: string | null };

const DAY_SECONDS = 24 * 60 * 60;
const SWEEP_MS = 10 * 60 * 1000;
/** Age from which content without a row is a leftover, and not an upload of another process on its way. */
const LEFTOVER_MS = 60 * 60 * 1000;
const CONTENT = /^file-[0-9a-f]{32}(\.part)?$/;

const form = {
  version: 1,
  keeps: 'files',
  tables: `
    CREATE TABLE IF NOT EXISTS files (
      place INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      owner TEXT NOT NULL,
      filename TEXT NOT NULL,
      purpose TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      created INTEGER NOT NULL,
      expires INTEGER NOT NULL,
      media TEXT
    ) STRICT;
    CREATE INDEX IF NOT EXISTS ends ON files (expires);
  `,
};

/**
 * Uploaded files by their ids: content in a folder under names of the store's own, notes in a database beside it. Each
 * belongs to an owner, and no other one finds it.
 */
export class FileStore {
  readonly maxFileBytes: number;
  readonly #maxFiles: number;
  readonly #maxTotalBytes: number;
  readonly #days: number;
  readonly #now: () => number;
  /** Null until a folder for the time being is needed. */
  #folder: string | null;
  readonly #isTemporary: boolean;
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #sweeper: NodeJS.Timeout;
  /** Bytes of content that has no row yet. */
  #pendingBytes = 0;

  /** Throws a LanternError where the folder cannot be made or holds something else. */
  constructor({
    path,
    maxFiles = 1000,
    maxFileBytes = 128 * 2 ** 20,
    maxTotalBytes = 4 * 2 ** 30,
    days = 30,
    now = Date.now,
  }: FileStoreOptions = {}) {
    this.maxFileBytes = maxFileBytes;
    this.#maxFiles = maxFiles;
    this.#maxTotalBytes = maxTotalBytes;
    this.#days = days;
    this.#now = now;
    this.#folder = path ?? null;
    this.#isTemporary = path === undefined;
    if (path !== undefined) makeFolder(path);
    this.#database = openDatabase(path === undefined ? ':memory:' : join(path, 'files.db'), form);
    this.#statements = prepare(this.#database);
    if (path !== undefined) this.#tidy(path);
    this.sweep();
    this.#sweeper = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  /** Takes in the content of a file, piece by piece, onto the disk. Throws a 413 where it is too much. */
  async receive(content: AsyncIterable<Uint8Array>): Promise<ReceivedFile> {
    this.sweep();
    this.#checkRoom();
    const id = `file-${randomBytes(16).toString('hex')}`;
    const path = join(this.#madeFolder(), id);
    const part = `${path}.part`;
    let bytes = 0;
    const drop = () => {
      this.#pendingBytes -= bytes;
      bytes = 0;
      rmSync(part, { force: true });
    };
    try {
      await using file = await open(part, 'wx', 0o600);
      const start = await write(file, content, (length) => {
        bytes += length;
        this.#pendingBytes += length;
        if (bytes > this.maxFileBytes) throw fileTooLarge(this.maxFileBytes);
        this.#checkRoom();
      });
      await file.sync();
      return { drop, keep: (notes) => this.#keep({ id, path, bytes, media: mediaKindOf(start) }, notes, drop) };
    } catch (error) {
      drop();
      throw error;
    }
  }

  /** A file, or null where this owner has none of this id. */
  find(id: string, owner: string): StoredFile | null {
    const row = this.#statements.find.get(id, owner, this.#seconds());
    return row ? fileOf(row) : null;
  }

  /** Files of an owner, and whether there are more. Null where `after` is none of them. */
  list(owner: string, { limit, order, after, purpose }: FileQuery): { files: StoredFile[]; hasMore: boolean } | null {
    const begin = after === null ? null : this.#statements.place.get(after, owner, this.#seconds());
    if (begin === undefined) return null;
    const from = begin === null ? (order === 'asc' ? 0 : Number.MAX_SAFE_INTEGER) : Number(begin.place);
    const rows = this.#statements[order].all(owner, this.#seconds(), from, purpose, purpose, limit + 1);
    return { files: rows.slice(0, limit).map(fileOf), hasMore: rows.length > limit };
  }

  /** The content of a file that was found. Throws a 404 where it has gone meanwhile. */
  async read({ id }: StoredFile, signal: AbortSignal): Promise<Uint8Array> {
    try {
      return await readFile(join(this.#madeFolder(), id), { signal });
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? fileNotFound(id) : error;
    }
  }

  /** The same as a stream, which may still fail. */
  async stream({ id }: StoredFile): Promise<Readable> {
    const content = createReadStream(join(this.#madeFolder(), id));
    await new Promise<void>((resolve, reject) => content.once('open', () => resolve()).once('error', reject)).catch(
      (error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' ? fileNotFound(id) : error;
      },
    );
    return content;
  }

  /** Whether there was such a file to delete. */
  delete(id: string, owner: string): boolean {
    if (this.#statements.delete.run(id, owner, this.#seconds()).changes === 0) return false;
    rmSync(join(this.#madeFolder(), id), { force: true });
    return true;
  }

  /** Forgets what has expired. */
  sweep(): void {
    for (const { id } of this.#statements.forget.all(this.#seconds()))
      rmSync(join(this.#madeFolder(), String(id)), { force: true });
  }

  close(): void {
    clearInterval(this.#sweeper);
    this.#database.close();
    if (this.#isTemporary && this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
  }

  #keep(
    { id, path, bytes, media }: Pick<StoredFile, 'id' | 'bytes' | 'media'> & { path: string },
    { owner, filename, purpose, expiresAfterSeconds }: FileNotes,
    drop: () => void,
  ): StoredFile {
    const createdAt = this.#seconds();
    const longest = Math.floor(this.#days * DAY_SECONDS);
    const expiresAt = createdAt + Math.min(longest, expiresAfterSeconds ?? longest);
    try {
      this.#checkRoom();
      renameSync(`${path}.part`, path);
      this.#statements.insert.run(id, owner, filename, purpose, bytes, createdAt, expiresAt, media);
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    } finally {
      drop();
    }
    return { id, filename, purpose, bytes, createdAt, expiresAt, media };
  }

  /** Throws a 413 where there is no room for another file, or for the content that is on its way. */
  #checkRoom(): void {
    const row = this.#statements.total.get();
    const files = Number(row?.files);
    if (files >= this.#maxFiles)
      throw new ApiError('storage_full', `${files} files are kept, and ${this.#maxFiles} may be; delete some first`);
    const bytes = Number(row?.bytes) + this.#pendingBytes;
    if (bytes > this.#maxTotalBytes)
      throw new ApiError(
        'storage_full',
        `all files together would have ${bytes} bytes, and ${this.#maxTotalBytes} may be kept; delete some first`,
      );
  }

  /** Makes folder and database agree again after a crash. */
  #tidy(folder: string): void {
    for (const { id } of this.#statements.ids.all())
      if (!existsSync(join(folder, String(id)))) this.#statements.lose.run(String(id));
    const known = new Set(this.#statements.ids.all().map(({ id }) => String(id)));
    for (const name of readdirSync(folder)) {
      if (!CONTENT.test(name) || known.has(name)) continue;
      const path = join(folder, name);
      const age = this.#now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? this.#now());
      if (age > LEFTOVER_MS) rmSync(path, { force: true });
    }
  }

  #madeFolder(): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'lantern-files-'));
    return this.#folder;
  }

  #seconds(): number {
    return Math.floor(this.#now() / 1000);
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new LanternError(
      'bad-input',
      `${path} cannot keep files: ${(error as Error).message}`,
      'choose another folder for them',
    );
  }
}

/** The 404 of a file that is not there, or somebody else's. */
export function fileNotFound(id: string, param: string | null = null): ApiError {
  return new ApiError(
    'file_not_found',
    `there is no file ${JSON.stringify(id)}; it was never uploaded with this key, has expired or was deleted`,
    {
      param,
    },
  );
}

/** The 413 of an upload. */
export function fileTooLarge(maxFileBytes: number): ApiError {
  return new ApiError('request_too_large', `the file is larger than the ${maxFileBytes} bytes that are allowed`, {
    param: 'file',
  });
}

/** Writes all of it, and gives the first bytes. */
async function write(
  file: FileHandle,
  content: AsyncIterable<Uint8Array>,
  count: (length: number) => void,
): Promise<Uint8Array> {
  let start: Uint8Array = new Uint8Array(0);
  for await (const piece of content) {
    count(piece.length);
    if (start.length < 64) start = Buffer.concat([start, piece.subarray(0, 64)]);
    await file.appendFile(piece);
  }
  return start;
}

function fileOf(row: { [column: string]: SQLOutputValue }): StoredFile {
  return {
    id: String(row.id),
    filename: String(row.filename),
    purpose: String(row.purpose),
    bytes: Number(row.bytes),
    createdAt: Number(row.created),
    expiresAt: Number(row.expires),
    media: row.media as StoredFile['media'],
  };
}

function prepare(database: DatabaseSync) {
  const statement = (sql: string): StatementSync => database.prepare(sql);
  const mine = 'owner = ? AND expires > ?';
  const columns = 'id, filename, purpose, bytes, created, expires, media';
  const page = (rule: string) =>
    statement(
      `SELECT ${columns} FROM files WHERE ${mine} AND ${rule} AND (? IS NULL OR purpose = ?) ORDER BY place ${rule.includes('<') ? 'DESC' : 'ASC'} LIMIT ?`,
    );
  return {
    insert: statement(
      'INSERT INTO files (id, owner, filename, purpose, bytes, created, expires, media) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    find: statement(`SELECT ${columns} FROM files WHERE id = ? AND ${mine}`),
    place: statement(`SELECT place FROM files WHERE id = ? AND ${mine}`),
    asc: page('place > ?'),
    desc: page('place < ?'),
    delete: statement(`DELETE FROM files WHERE id = ? AND ${mine}`),
    forget: statement('DELETE FROM files WHERE expires <= ? RETURNING id'),
    lose: statement('DELETE FROM files WHERE id = ?'),
    ids: statement('SELECT id FROM files'),
    total: statement('SELECT count(*) AS files, total(bytes) AS bytes FROM files'),
  };
}
