import { spawn } from 'node:child_process';
import { isAbsolute } from 'node:path';
import type { Readable } from 'node:stream';

/** What a program may cost, and when it is to stop. */
export type ProcessLimits = { seconds: number; signal?: AbortSignal | undefined };

/** Status with which a program says that it lacks the means for a kind of file. */
export const MISSING_STATUS = 3;

/** A program that could not be started, failed, or took too long. Its message is one line, for people. */
export class ProcessError extends Error {
  /** The program, or its means to decode this kind of file, are not there: the file is not to blame. */
  readonly missing: boolean;

  constructor(message: string, missing = false) {
    super(message);
    this.missing = missing;
  }
}

/** Complaints are kept this far. */
const STDERR_CHARACTERS = 2000;

/**
 * What a program writes, as it writes it. The program reads nothing from us, sees no more of our environment than it needs
 * to start, and is killed when the time is up, the signal aborts or the reader stops. Throws a ProcessError where it fails
 * or complains of what `refuse` names, the signal's reason where that aborts.
 */
export async function* outputOf(
  program: string,
  args: readonly string[],
  { seconds, signal }: ProcessLimits,
  refuse?: RegExp,
): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: startEnvironment(), windowsHide: true });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-STDERR_CHARACTERS);
  });
  const ended = new Promise<string | number | ProcessError>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT';
      resolve(new ProcessError(missing ? `${program} is not on the search path` : error.message, missing));
    });
    child.once('close', (status, killedBy) => resolve(killedBy ?? status ?? 1));
  });
  let late = false;
  const kill = () => child.kill('SIGKILL');
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, seconds * 1000);
  signal?.addEventListener('abort', kill);
  try {
    yield* child.stdout as Readable & AsyncIterable<Uint8Array>;
    const end = await ended;
    signal?.throwIfAborted();
    if (late) throw new ProcessError(`it took more than ${seconds} seconds`);
    if (end instanceof ProcessError) throw end;
    if (end !== 0 || refuse?.test(complaints))
      throw new ProcessError(lastComplaint(complaints, args) || `it ended with ${end}`, end === MISSING_STATUS);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', kill);
    kill();
  }
}

/** Text that a program may write in all: frames of two hours, a line each, and more. */
const TEXT_BYTES = 2 ** 24;

/** All that a program writes, as text. */
export async function textOf(
  program: string,
  args: readonly string[],
  limits: ProcessLimits,
  refuse?: RegExp,
): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of outputOf(program, args, limits, refuse)) {
    bytes += part.length;
    if (bytes > TEXT_BYTES) throw new ProcessError(`it wrote more than ${TEXT_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function startEnvironment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'SystemRoot', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'TMPDIR', 'TEMP', 'TMP'];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

/** Whoever reads it knows nothing of the places of files here. */
function lastComplaint(complaints: string, args: readonly string[]): string {
  const paths = args.filter((arg) => isAbsolute(arg));
  const line = complaints.trim().split('\n').at(-1)!.trim();
  return paths.reduce((text, path) => text.replaceAll(path, 'the file'), line).slice(0, 300);
}
