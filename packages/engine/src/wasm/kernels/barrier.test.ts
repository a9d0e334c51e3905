import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { moduleBytes } from '../assembler/index.ts';
import { compileKernels } from '../compile.ts';
import type { Kernels } from '../lane.ts';
import { BARRIER_BYTES, barrierKernel } from './barrier.ts';

const COUNTERS = BARRIER_BYTES / 4;
const LINE = 16;
/** Each party's words about what to touch, and what that is. */
const AHEAD = 4096;
const TOUCHED = { from: 32768, to: 49152 };

type Party = { me: number; parties: number; crossings: number; dawdle: number; memory: WebAssembly.Memory } & {
  module: WebAssembly.Module;
};

/** Every party counts its arrivals; behind the barrier it must see that nobody is behind, nor more than one ahead. */
function cross({ me, parties, crossings, dawdle, memory, module }: Party): string {
  const { barrier } = new WebAssembly.Instance(module, { env: { m0: memory } }).exports as Kernels;
  const words = new Int32Array(memory.buffer);
  const ahead = AHEAD + me * 64;
  words.set([TOUCHED.from, TOUCHED.to], ahead / 4);
  for (let n = 1; n <= crossings; n++) {
    // Whoever comes late makes the others go to sleep.
    if (dawdle && n % parties === me) for (const end = performance.now() + dawdle; performance.now() < end; );
    Atomics.add(words, COUNTERS + me * LINE, 1);
    barrier!(0, parties, ahead);
    for (let p = 0; p < parties; p++) {
      const arrivals = Atomics.load(words, COUNTERS + p * LINE);
      if (arrivals < n || arrivals > n + 1) return `crossing ${n}: party ${p} has arrived ${arrivals} times`;
    }
  }
  const [next] = words.subarray(ahead / 4) as unknown as [number];
  return next >= TOUCHED.from && next <= TOUCHED.to && next % 64 === 0 ? 'done' : `touched up to ${next}`;
}

/** Runs the parties in threads of their own, so that a hang is seen and ended. */
async function meet(
  parties: number,
  crossings: number,
  dawdle: number,
): Promise<{ said: string[]; words: Int32Array; touched: number[] }> {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const module = compileKernels(moduleBytes({ functions: [barrierKernel()] }), { revectorize: false });
  const workers = Array.from({ length: parties }, (_, me) => {
    const party: Party = { me, parties, crossings, dawdle, memory, module };
    return new Worker(new URL(import.meta.url), { workerData: party });
  });
  const said = workers.map(
    (worker) =>
      new Promise<string>((resolve) => {
        worker.once('message', resolve);
        worker.once('error', (error) => resolve(String(error)));
        setTimeout(() => resolve('hangs'), 20_000).unref();
      }),
  );
  const answers = await Promise.all(said);
  await Promise.all(workers.map((worker) => worker.terminate()));
  const touched = answers.map((_, me) => new Int32Array(memory.buffer, AHEAD + me * 64, 1)[0]!);
  return { said: answers, words: new Int32Array(memory.buffer, 0, COUNTERS), touched };
}

if (!isMainThread) parentPort!.postMessage(cross(workerData as Party));
else
  describe('barrier', () => {
    test('whoever waits touches what it is told to, to its end', async () => {
      const { touched } = await meet(2, 20, 3);
      assert.deepEqual(touched, [TOUCHED.to, TOUCHED.to]);
    });

    for (const [parties, crossings, dawdle] of [
      [1, 100, 0],
      [2, 5000, 0],
      [3, 500, 0],
      [2, 20, 3],
      [5, 40, 1],
    ] as const)
      test(`${parties} parties, ${crossings} crossings${dawdle ? ', one late each time' : ''}`, async () => {
        const { said, words } = await meet(parties, crossings, dawdle);
        assert.deepEqual(said, new Array(parties).fill('done'));
        // Nobody is left waiting or asleep, and the sense has moved once a crossing.
        assert.deepEqual([words[0], words[16], words[32]], [0, crossings, 0]);
      });
  });
