import { readFile } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { LanternError } from '@lantern/engine';

/** Text of a file that the user named. Throws a LanternError where it cannot be read. */
export async function readTextFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw await fileError(path, error);
  }
}

/** Why a file that the user named cannot be read, or written. */
export async function fileError(path: string, error: unknown, verb: 'read' | 'write' = 'read'): Promise<LanternError> {
  const { LanternError } = await import('@lantern/engine');
  const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  const why = verb === 'write' && isMissing ? 'there is no such folder' : whyUnreadable(error);
  return new LanternError(isMissing ? 'missing-file' : 'bad-input', `cannot ${verb} ${path}: ${why}`);
}

/** What is wrong with a file, in words. */
export function whyUnreadable(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : (code ?? 'unknown');
}

/** Data of a JSON file that the user named. Throws a LanternError where it cannot be read or parsed. */
export async function readJsonFile(path: string): Promise<unknown> {
  const content = await readTextFile(path);
  try {
    return JSON.parse(content);
  } catch (error) {
    const { LanternError } = await import('@lantern/engine');
    throw new LanternError('bad-input', `${path} is not JSON: ${(error as Error).message.split('\n', 1)[0]}`);
  }
}

/** All of standard input; empty where it is a terminal. Throws the reason of `signal`. */
export async function readStandardInput(signal: AbortSignal): Promise<string> {
  if (process.stdin.isTTY) return '';
  try {
    return await text(addAbortSignal(signal, process.stdin));
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
