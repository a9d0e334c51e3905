import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The published package carries the pages beside its code. */
const CARRIED = fileURLToPath(new URL('../site', import.meta.url));

export type PagesOptions = {
  /** Told when the pages have to be built first, which takes some seconds. */
  onBuild?: () => void;
};

/**
 * The folder with the built pages, `index.html` at its top. In a checkout they are built first where they are missing or
 * older than their sources. Rejects with what the build says where it fails.
 */
export async function pagesFolder({ onBuild }: PagesOptions = {}): Promise<string> {
  if (existsSync(CARRIED)) return CARRIED;
  const { buildWhereStale } = await import('./build-pages.ts');
  return buildWhereStale(onBuild);
}
