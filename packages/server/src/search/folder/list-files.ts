import { lstat, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';

export type ListedFile = {
  /** Within the folder, with `/` between names. */
  path: string;
  /** Changes when the file does. */
  version: string;
};

export type ListLimits = {
  files: number;
  bytes: number;
  fileBytes: number;
  /** Names that are looked at, of whatever kind. */
  entries: number;
};

/** `more` says whether the folder holds more than was listed; `tooLarge` counts the files that are over `fileBytes`. */
export type Listing = { files: ListedFile[]; more: boolean; tooLarge: number };

const KINDS = new Set(['.txt', '.md', '.markdown', '.html', '.htm']);

/**
 * The texts in a folder and in those within it, in order of their names, as far as the limits go. Hidden files and
 * node_modules are left out, and all links: what they lead to is either in the folder anyway or not to be seen.
 */
export async function listFiles(root: string, limits: ListLimits): Promise<Listing> {
  const listing: Listing = { files: [], more: false, tooLarge: 0 };
  const left = { entries: limits.entries, bytes: limits.bytes };
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined && !listing.more; folder = folders.pop()) {
    const entries = await readFolder(join(root, folder), folder === '');
    left.entries -= entries.length;
    if (left.entries < 0) listing.more = true;
    const seen = entries.filter(({ name }) => !name.startsWith('.') && name !== 'node_modules');
    seen.sort((a, b) => (a.name < b.name ? -1 : 1));
    const inside = folder === '' ? '' : `${folder}/`;
    // The folder that is first by name is to be popped first.
    for (const entry of seen.toReversed()) if (entry.isDirectory()) folders.push(inside + entry.name);
    const names = seen.filter((entry) => entry.isFile() && KINDS.has(extname(entry.name).toLowerCase()));
    await addFiles(
      root,
      names.map(({ name }) => inside + name),
      limits,
      left,
      listing,
    );
  }
  return listing;
}

async function addFiles(
  root: string,
  paths: readonly string[],
  limits: ListLimits,
  left: { bytes: number },
  listing: Listing,
): Promise<void> {
  const found = await Promise.all(
    paths.slice(0, limits.files + 1).map((path) => lstat(join(root, path)).catch(() => null)),
  );
  for (const [index, stats] of found.entries()) {
    if (stats === null || !stats.isFile()) continue;
    if (stats.size > limits.fileBytes) {
      listing.tooLarge++;
      continue;
    }
    if (listing.files.length === limits.files || stats.size > left.bytes) {
      listing.more = true;
      return;
    }
    left.bytes -= stats.size;
    listing.files.push({ path: paths[index] ?? '', version: `${stats.mtimeMs}:${stats.ctimeMs}:${stats.size}` });
  }
  if (found.length < paths.length) listing.more = true;
}

/** A folder within the searched one may be closed to this program; the searched one itself may not. */
async function readFolder(path: string, isRoot: boolean) {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (isRoot) throw error;
    return [];
  }
}
