import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CACHE } from './cache.ts';
import type { ChildReport, ChildTask } from './child-task.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
/** Published, both engines are JavaScript; here types are stripped once, not in every process. */
const COMPILED = join(CACHE, 'compiled');
const LONGEST_MS = 30 * 60_000;

/**
 * Has a process of its own do a task, with `realtime` under the round-robin scheduler of Linux. Rejects with what
 * it threw, or its last words, where it fails.
 */
export function runChild(task: ChildTask, { realtime }: { realtime: boolean }): Promise<ChildReport> {
  const [command, ...args] = [
    ...(realtime ? ['chrt', '--rr', '1'] : []),
    process.execPath,
    CHILD,
    JSON.stringify(task),
  ];
  const child = spawn(command!, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
    timeout: LONGEST_MS,
  });
  // Whatever ends this process ends the child: it would go on for minutes, and disturb what is measured next.
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  let out = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-2000);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('exit', end);
      if (code === 0) resolve(JSON.parse(out.trimEnd().split('\n').at(-1)!) as ChildReport);
      else reject(new Error(/^(?:\w*Error: )+(.+)$/m.exec(errors)?.[1] ?? `${code ?? signal}: ${errors.trim()}`));
    });
  });
}
