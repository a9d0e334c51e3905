import { existsSync, readdirSync, readFileSync, realpathSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { chooseGguf, ggufModels } from './choose-gguf.ts';
import { hubCache } from './hub-settings.ts';
import type { ModelName } from './model-name.ts';

/** A model in the cache. `files` are full paths; a folder's model has `file` null, a GGUF the path in its repository. */
export type CachedModel = {
  name: string;
  file: string | null;
  revision: string;
  path: string;
  bytes: number;
  lastUse: Date;
  files: string[];
};

/** Where the cache keeps a repository. */
export function repoFolder(repo: string): string {
  return join(hubCache(), `models--${repo.replace('/', '--')}`);
}

/** Everything with weights in the cache, by name. */
export function cachedModels(): CachedModel[] {
  return list(hubCache())
    .filter((name) => name.startsWith('models--'))
    .flatMap((name) => modelsOf(name.slice('models--'.length).replace('--', '/')))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What the cache has by this name, of `main` before other revisions; null where there is nothing. */
export function findCached({ repo, file }: ModelName): CachedModel | null {
  const models = modelsOf(repo);
  const folder = models.find((model) => model.file === null);
  if (file === undefined && folder) return folder;
  const ggufs = models.filter((model) => model.file !== null);
  if (ggufs.length === 0) return null;
  const [first] = chooseGguf([...new Set(ggufs.map((model) => model.file!))], file, repo);
  return ggufs.find((model) => model.file === first) ?? null;
}

/** Notes that a model is used now, where every tool of the ecosystem looks: the access time of its blobs. */
export function touchCached({ files }: CachedModel): void {
  for (const file of files)
    try {
      utimesSync(file, new Date(), statSync(file).mtime);
    } catch {
      // A cache that may only be read.
    }
}

/** Paths in a snapshot of files that are there, folders inside it included. */
export function snapshotFiles(snapshot: string): string[] {
  return list(snapshot, true).filter(
    (path) => existsSync(join(snapshot, path)) && statSync(join(snapshot, path)).isFile(),
  );
}

function modelsOf(repo: string): CachedModel[] {
  const folder = repoFolder(repo);
  const main = join(folder, 'refs', 'main');
  const current = existsSync(main) ? readFileSync(main, 'utf8').trim() : '';
  const revisions = list(join(folder, 'snapshots')).sort((a, b) => Number(b === current) - Number(a === current));
  return revisions.flatMap((revision) => {
    const snapshot = join(folder, 'snapshots', revision);
    const paths = snapshotFiles(snapshot);
    const describe = (parts: string[], file: string | null): CachedModel => {
      const files = parts.map((part) => realpathSync(join(snapshot, part)));
      const stats = files.map((path) => statSync(path));
      return {
        name: file === null ? repo : `${repo}:${file}`,
        file,
        revision,
        path: file === null ? snapshot : join(snapshot, file),
        bytes: stats.reduce((sum, { size }) => sum + size, 0),
        lastUse: new Date(Math.max(...stats.map(({ atimeMs }) => atimeMs))),
        files,
      };
    };
    const models = ggufModels(paths).map((parts) => describe(parts, parts[0]!));
    const isFolder = paths.some((path) => /^[^/]+\.safetensors$/.test(path));
    const own = paths.filter((path) => !path.endsWith('.gguf'));
    return isFolder ? [describe(own, null), ...models] : models;
  });
}

function list(folder: string, recursive = false): string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive, encoding: 'utf8' }) : [];
}
