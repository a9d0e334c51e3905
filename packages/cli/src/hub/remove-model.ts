import { existsSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { chooseGguf, ggufModels } from './choose-gguf.ts';
import { repoFolder, snapshotFiles } from './hub-cache.ts';
import type { ModelName } from './model-name.ts';

/** What removing would take away: the whole repository, or one GGUF model in all its revisions. Null: nothing there. */
export function findRemoval({ repo, file }: ModelName): { remove: () => number } | null {
  const folder = repoFolder(repo);
  if (!existsSync(folder)) return null;
  if (file === undefined) return { remove: () => removeAll(folder) };
  const snapshots = list(join(folder, 'snapshots')).map((name) => join(folder, 'snapshots', name));
  const chosen = chooseGguf([...new Set(snapshots.flatMap(snapshotFiles))], file, repo);
  return { remove: () => removeFiles(folder, snapshots, chosen) };
}

function removeAll(folder: string): number {
  const blobs = join(folder, 'blobs');
  const bytes = list(blobs).reduce((sum, name) => sum + statSync(join(blobs, name)).size, 0);
  rmSync(folder, { recursive: true });
  return bytes;
}

/** Takes the links away, then the blobs that no snapshot names any more; returns the bytes freed. */
function removeFiles(folder: string, snapshots: string[], paths: string[]): number {
  const blobs = new Set<string>();
  for (const snapshot of snapshots)
    for (const path of paths.map((name) => join(snapshot, name)))
      if (existsSync(path)) {
        blobs.add(realpathSync(path));
        rmSync(path);
      }
  const left = snapshots.flatMap((snapshot) => snapshotFiles(snapshot).map((path) => join(snapshot, path)));
  const named = new Set(left.map((path) => realpathSync(path)));
  let bytes = 0;
  for (const blob of blobs)
    if (!named.has(blob) && existsSync(blob)) {
      bytes += statSync(blob).size;
      rmSync(blob);
    }
  // What came along with the last GGUF goes with it.
  const alone = ggufModels(left).length === 0 && left.every((path) => path.endsWith('/generation_config.json'));
  return alone ? bytes + removeAll(folder) : bytes;
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
