import { parentPort, workerData } from 'node:worker_threads';
import type { BandwidthTask } from './bandwidth.ts';

/** One thread of the bandwidth measurement: reads its part of the buffer whenever a pass begins, until terminated. */
const { module, memory, signals, from, bytes, out } = workerData as BandwidthTask;
const { read } = new WebAssembly.Instance(module, { env: { m0: memory } }).exports as {
  read: (at: number, end: number, out: number) => void;
};
parentPort!.postMessage('ready');
for (let pass = 0; ; pass++) {
  Atomics.wait(signals, 0, pass);
  read(from, from + bytes, out);
  Atomics.add(signals, 1, 1);
  Atomics.notify(signals, 1);
}
