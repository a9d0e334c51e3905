import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The commit that Lantern's sources are at, with `-dirty` where files differ from it; null outside a checkout. */
export function engineVersion(): string | null {
  try {
    const cwd = fileURLToPath(new URL('..', import.meta.url));
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      cwd,
      encoding: 'utf8',
      stdio: [...stdio],
    }).trim();
  } catch {
    return null;
  }
}
