import { execFile } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compressFiles } from './compress-files.ts';
import { withLock } from './lock-file.ts';
import { sourcesDigest } from './sources-digest.ts';

const run = promisify(execFile);

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const BUILT = join(PACKAGE, 'dist');
/** Says which sources a build was made from. */
const STAMP = 'built-from';

/** The folder with the pages, built from the sources as they are now. Several processes build once. */
export async function buildWhereStale(onBuild: () => void = () => undefined): Promise<string> {
  const digest = sourcesDigest(PACKAGE);
  if (stampOf(BUILT) === digest) return BUILT;
  onBuild();
  await withLock(`${BUILT}.lock`, async () => {
    if (stampOf(BUILT) === digest) return;
    const fresh = `${BUILT}.new`;
    await buildPages(fresh);
    writeFileSync(join(fresh, STAMP), digest);
    rmSync(BUILT, { recursive: true, force: true });
    renameSync(fresh, BUILT);
  });
  return BUILT;
}

/** Builds the pages into a folder, with a compressed copy beside every file that is worth one. */
export async function buildPages(folder: string): Promise<void> {
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js');
  try {
    const options = ['build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'];
    await run(process.execPath, [vite, ...options], { cwd: PACKAGE, env: { ...process.env, NODE_ENV: 'production' } });
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    throw new Error(`the pages could not be built: ${stderr.trim() || message}`);
  }
  await compressFiles(folder);
}

function stampOf(folder: string): string | null {
  const path = join(folder, STAMP);
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
