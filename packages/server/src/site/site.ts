import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

export type SiteStatus = { kind: 'building' } | { kind: 'ready' } | { kind: 'failed'; reason: unknown };

export type SiteFile = { content: Uint8Array<ArrayBuffer>; etag: string };

/**
 * The built page to talk on: the files of one folder, which may still have to be made. They are held in memory (2 MB), so
 * that a page that is built anew on disk does not mix with the one that browsers have.
 */
export class Site {
  #status: SiteStatus = { kind: 'building' };
  /** By the path they are asked by. */
  #files = new Map<string, SiteFile>();

  constructor(folder: Promise<string>) {
    folder.then(filesOf).then(
      (files) => {
        this.#files = files;
        this.#status = { kind: 'ready' };
      },
      (reason: unknown) => {
        this.#status = { kind: 'failed', reason };
      },
    );
  }

  get status(): SiteStatus {
    return this.#status;
  }

  /** A file by its path, `/index.html`; its compressed forms have `.br` and `.gz` at the end. */
  file(path: string): SiteFile | null {
    return this.#files.get(path) ?? null;
  }
}

function filesOf(folder: string): Map<string, SiteFile> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const content = new Uint8Array(readFileSync(path));
      const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
      return [`/${relative(folder, path).replaceAll(sep, '/')}`, { content, etag }];
    }),
  );
}
