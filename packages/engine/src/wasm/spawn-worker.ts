import { errorOf, type WorkerAnswer, type WorkerCall } from './worker-messages.ts';

/** What both kinds of worker, Node's and the browser's, can do. */
export type WorkerHandle = {
  /** Sends a call, and resolves when it is answered; rejects where the answer is an error or the worker dies first. */
  ask(call: WorkerCall): Promise<void>;
  terminate(): Promise<void>;
};

/** Starts a worker on this package's worker module. It keeps the process alive only while a call is open. */
export function spawnWorker(): WorkerHandle {
  // The built package has .js files, a checkout .ts files; the worker stands beside this module in both.
  const url = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);
  const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads');
  const calls = new OpenCalls();
  if (threads) {
    const worker = new threads.Worker(url, { env: { ...process.env, ...compileCache() } });
    worker.unref();
    worker.on('message', (answer: WorkerAnswer) => {
      if (calls.answered(answer) === 0) worker.unref();
    });
    worker.on('error', (error) => calls.fail(error));
    worker.on('exit', (code) => calls.fail(new Error(`a worker stopped with status ${code}`)));
    return {
      ask(call) {
        worker.ref();
        worker.postMessage(call);
        return calls.open();
      },
      terminate: async () => void (await worker.terminate()),
    };
  }
  const worker = new Worker(url, { type: 'module' });
  worker.onmessage = (event: MessageEvent<WorkerAnswer>) => void calls.answered(event.data);
  worker.onerror = (event) => calls.fail(new Error(event.message));
  return {
    ask(call) {
      worker.postMessage(call);
      return calls.open();
    },
    terminate: async () => worker.terminate(),
  };
}

/** Calls without an answer yet; answers come in their order. */
class OpenCalls {
  readonly #calls: PromiseWithResolvers<void>[] = [];
  #failure: unknown = null;

  open(): Promise<void> {
    const call = Promise.withResolvers<void>();
    this.#calls.push(call);
    if (this.#failure) this.fail(this.#failure);
    return call.promise;
  }

  /** Returns how many are left. */
  answered(answer: WorkerAnswer): number {
    const call = this.#calls.shift();
    if (answer) call?.reject(errorOf(answer));
    else call?.resolve();
    return this.#calls.length;
  }

  fail(error: unknown): void {
    this.#failure ??= error;
    for (const call of this.#calls.splice(0)) call.reject(this.#failure);
  }
}

/** Has a worker of Node use the process's cache of compiled modules, if it has one: it comes up several times sooner. */
function compileCache(): { NODE_COMPILE_CACHE?: string } {
  const folder = process.getBuiltinModule('node:module').getCompileCacheDir();
  // What is named is the folder in which each version of Node makes its own.
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: process.getBuiltinModule('node:path').dirname(folder) };
}
