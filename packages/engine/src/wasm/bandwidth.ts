import { Worker } from 'node:worker_threads';
import { func, i32x4, moduleBytes, repeatUntil, v128 } from './assembler/index.ts';
import { compileKernels } from './compile.ts';

/** More than any cache holds; every pass reads all of it. */
const BUFFER_BYTES = 512 * 2 ** 20;
const PASSES = 7;
const PAGE = 65_536;
/** Bytes read in one turn of the loop. */
const STRIDE = 128;

/** What a thread of the measurement is told. Word 0 of `signals` counts the passes begun, word 1 the threads done. */
export type BandwidthTask = {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  signals: Int32Array;
  from: number;
  bytes: number;
  /** Where its sums go, out of the others' cache lines. */
  out: number;
};

/**
 * Bytes a second at which `threads` threads together read memory from front to back: the roof under which decoding
 * stays. Best of a few passes over a buffer of 512 MiB, taken in about a second. Node only.
 */
export async function measureBandwidth(threads: number): Promise<number> {
  const pages = BUFFER_BYTES / PAGE + 1;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  // Untouched pages would all be one page of zeros.
  new Uint8Array(memory.buffer).fill(1);
  const module = compileKernels(moduleBytes({ functions: [readKernel()] }), { revectorize: false });
  const signals = new Int32Array(new SharedArrayBuffer(8));
  const share = Math.floor(BUFFER_BYTES / threads / PAGE) * PAGE;
  const url = new URL(
    import.meta.url.endsWith('.ts') ? './bandwidth-worker.ts' : './bandwidth-worker.js',
    import.meta.url,
  );
  const workers = Array.from({ length: threads }, (_, i): Worker => {
    const task: BandwidthTask = { module, memory, signals, from: PAGE + i * share, bytes: share, out: i * 128 };
    return new Worker(url, { workerData: task });
  });
  try {
    await Promise.all(workers.map(ready));
    const rates: number[] = [];
    for (let pass = 1; pass <= PASSES; pass++) {
      Atomics.store(signals, 1, 0);
      const began = performance.now();
      Atomics.store(signals, 0, pass);
      Atomics.notify(signals, 0);
      for (let done = 0; done < threads; done = Atomics.load(signals, 1)) Atomics.wait(signals, 1, done, 1000);
      rates.push((threads * share) / ((performance.now() - began) / 1000));
    }
    return Math.max(...rates);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function ready(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
  });
}

/** `read(at, end, out)`: adds up all words of [at, end), a whole number of strides, and stores the sums at `out`. */
function readKernel() {
  return func('read', ['i32', 'i32', 'i32'], ([at, end, out], { local }) => {
    const sums = Array.from({ length: 4 }, () => local('v128'));
    const turn = Array.from({ length: STRIDE / 16 }, (_, i) => {
      const sum = sums[i % 4]!;
      return sum.set(i32x4.add(sum.get, v128.load(at.get, i * 16)));
    });
    return [repeatUntil(at, end.get, STRIDE, ...turn), ...sums.map((sum, i) => v128.store(out.get, sum.get, i * 16))];
  });
}
