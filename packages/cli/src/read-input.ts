import { readFile } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';

/** Text of a file that the user named. Throws a LanternError where it cannot be read. */
export async function readTextFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { LanternError } = await import('@lantern/engine');
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : (code ?? 'unknown');
    throw new LanternError(code === 'ENOENT' ? 'missing-file' : 'bad-input', `cannot read ${path}: ${why}`);
  }
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
