import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the pages are made of, from the package's folder. The lock file stands for all that comes from elsewhere. */
const SOURCES = [
  'src',
  'public',
  'index.html',
  'vite.config.ts',
  'package.json',
  '../client/src',
  '../api/src',
  '../../package-lock.json',
];

/** A digest of the names and contents of all sources; about 20 ms. Times are no help: a checkout makes new ones. */
export function sourcesDigest(packageFolder: string): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    const path = join(packageFolder, source);
    for (const file of filesOf(path)) hash.update(`${file.slice(packageFolder.length)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw error;
  }
}
