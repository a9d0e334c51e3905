import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const INSTALL_MS = 120_000;

/** A Python that has `openai`; or why there is none. `folder` is to be removed afterwards. */
export type FoundPython =
  | { kind: 'ready'; python: string; folder: string | null }
  /** There is no Python at all, so nobody can ask for its examples here. */
  | { kind: 'absent' }
  | { kind: 'unusable'; reason: string; folder: string | null };

/** The Python on the path if it has `openai`, else one of its own in a temporary folder. */
export async function findPython(): Promise<FoundPython> {
  try {
    await run('python3', ['--version'], { timeout: 10_000 });
  } catch {
    return { kind: 'absent' };
  }
  if (await hasOpenai('python3')) return { kind: 'ready', python: 'python3', folder: null };
  const folder = await mkdtemp(join(tmpdir(), 'lantern-python-'));
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  try {
    await run('python3', ['-m', 'venv', folder], { timeout: INSTALL_MS });
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'openai'], {
      timeout: INSTALL_MS,
    });
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    const reason = stderr.trim().split('\n').at(-1) || message;
    return { kind: 'unusable', reason, folder };
  }
  if (await hasOpenai(python)) return { kind: 'ready', python, folder };
  return { kind: 'unusable', reason: 'openai was installed and cannot be imported', folder };
}

async function hasOpenai(python: string): Promise<boolean> {
  try {
    await run(python, ['-c', 'import openai; openai.OpenAI'], { timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
}
