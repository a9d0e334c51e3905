import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';

export type SiteStatus = { kind: 'building' } | { kind: 'ready' } | { kind: 'failed'; reason: unknown };

/** The built page to talk on: the files of one folder, which may still have to be made. */
export class Site {
  #status: SiteStatus = { kind: 'building' };
  /** Files on disk by the path they are asked by. Nothing else of the disk can be reached. */
  #files = new Map<string, string>();

  constructor(folder: Promise<string>) {
    folder.then(
      (path) => {
        this.#files = filesOf(path);
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

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** The file of a path, or its compressed form with `.br` or `.gz` at the end; null where there is none. */
  fileOf(path: string): string | null {
    return this.#files.get(path) ?? null;
  }
}

function filesOf(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return [file.slice(folder.length).replaceAll(sep, '/').replace(/^\/?/, '/'), file];
    }),
  );
}
