import { parentPort, workerData } from 'node:worker_threads';
import type { PeakTask } from './measure-peak.ts';

const PASSES = 5;

/** One thread of the peak measurement: operations a second of each module in its best pass. */
const { modules, turns, operations } = workerData as PeakTask;
const rates = modules.map((module) => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const { peak } = new WebAssembly.Instance(module, { env: { m0: memory } }).exports as {
    peak: (at: number, turns: number) => void;
  };
  // As f32 that is 2.4e-38: products vanish, and sums stay 0.
  new Uint8Array(memory.buffer).fill(1);
  const seconds = Array.from({ length: PASSES }, () => {
    const began = performance.now();
    peak(0, turns);
    return (performance.now() - began) / 1000;
  });
  return operations / Math.min(...seconds);
});
parentPort!.postMessage(rates);
