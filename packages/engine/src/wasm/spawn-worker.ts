/** What both kinds of worker, Node's and the browser's, can do. */
export type WorkerHandle = {
  /** Sends the one message that a worker gets, and resolves when it answers; rejects when it dies first. */
  start(message: unknown): Promise<void>;
  terminate(): void;
};

/** Starts a worker on this package's worker module. Nothing here keeps the process alive. */
export function spawnWorker(): WorkerHandle {
  // The built package has .js files, a checkout .ts files; the worker stands beside this module in both.
  const url = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);
  const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads');
  if (threads) {
    const worker = new threads.Worker(url, { env: { ...process.env, ...compileCache() } });
    return {
      async start(message) {
        const answered = new Promise<void>((resolve, reject) => {
          worker.once('message', () => resolve());
          worker.once('error', reject);
          worker.once('exit', (code) => reject(new Error(`a worker stopped with status ${code} before it was ready`)));
        });
        worker.postMessage(message);
        await answered;
        worker.unref();
      },
      terminate: () => void worker.terminate(),
    };
  }
  const worker = new Worker(url, { type: 'module' });
  return {
    start: (message) =>
      new Promise<void>((resolve, reject) => {
        worker.onmessage = () => resolve();
        worker.onerror = (event) => reject(new Error(event.message));
        worker.postMessage(message);
      }),
    terminate: () => worker.terminate(),
  };
}

/** Has a worker of Node use the process's cache of compiled modules, if it has one: it comes up several times sooner. */
function compileCache(): { NODE_COMPILE_CACHE?: string } {
  const folder = process.getBuiltinModule('node:module').getCompileCacheDir();
  // What is named is the folder in which each version of Node makes its own.
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: process.getBuiltinModule('node:path').dirname(folder) };
}
