import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const FLAGS = [
  '--headless=new',
  '--remote-debugging-pipe',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-extensions',
  '--disable-sync',
  '--disable-component-update',
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-dev-shm-usage',
  // Nothing but loopback is ever spoken to.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

export type ChromiumPage = {
  /** Evaluates an expression in the page, awaits it, and gives its value by way of JSON. Rejects with what it throws. */
  evaluate<T>(expression: string): Promise<T>;
  /** Processor seconds that the pages' processes used so far. */
  cpuSeconds(): Promise<number>;
  /** Such as `Chrome/156.0.8078.79`. */
  version: string;
  close(): Promise<void>;
};

type Reply = {
  id?: number;
  result?: Record<string, unknown>;
  error?: { message: string };
};

/** Starts a headless Chromium with a profile of its own and opens a page in it. Driven by its debugging protocol. */
export async function openPage(path: string, url: string): Promise<ChromiumPage> {
  const profile = mkdtempSync(join(tmpdir(), 'lantern-bench-'));
  // Its sandbox refuses the superuser.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(path, [...FLAGS, ...sandbox, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [, , errors, commands, replies] = child.stdio as [null, null, Readable, Writable, Readable];
  const waiting = new Map<number, (reply: Reply) => void>();
  let lastWords = '';
  errors.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-2000);
  });
  const ended = new Promise<void>((resolve) => {
    const end = (message: string) => {
      for (const settle of waiting.values()) settle({ error: { message } });
      waiting.clear();
      resolve();
    };
    child.once('error', ({ message }) => end(message));
    child.once('close', () => end(`Chromium ended: ${lastWords.trim()}`));
  });
  commands.on('error', () => undefined);
  let unread = '';
  replies.setEncoding('utf8').on('data', (text: string) => {
    const messages = (unread + text).split('\0');
    unread = messages.pop()!;
    for (const message of messages) {
      const reply = JSON.parse(message) as Reply;
      if (reply.id === undefined) continue;
      waiting.get(reply.id)?.(reply);
      waiting.delete(reply.id);
    }
  });

  let lastId = 0;
  const send = async <T>(method: string, params: object = {}, sessionId?: string): Promise<T> => {
    const { promise, resolve } = Promise.withResolvers<Reply>();
    waiting.set(++lastId, resolve);
    commands.write(`${JSON.stringify({ id: lastId, method, params, sessionId })}\0`);
    const { result, error } = await promise;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as T;
  };
  const close = async () => {
    await send('Browser.close').catch(() => child.kill());
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };

  try {
    const { product } = await send<{ product: string }>('Browser.getVersion');
    const { targetId } = await send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
    await send('Page.navigate', { url }, sessionId);
    return {
      version: product,
      async evaluate<T>(expression: string) {
        const { result, exceptionDetails } = await send<Evaluation>(
          'Runtime.evaluate',
          { expression, awaitPromise: true, returnByValue: true },
          sessionId,
        );
        if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        return result.value as T;
      },
      async cpuSeconds() {
        const { processInfo } = await send<ProcessInfo>('SystemInfo.getProcessInfo');
        return processInfo.reduce((sum, { type, cpuTime }) => sum + (type === 'renderer' ? cpuTime : 0), 0);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type Evaluation = {
  result: { value: unknown };
  exceptionDetails?: { text: string; exception?: { description?: string } };
};

type ProcessInfo = { processInfo: { type: string; cpuTime: number }[] };
