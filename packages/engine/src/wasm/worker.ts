import { readBatch } from './batch-block.ts';
import { type LaneSetup, makeLane } from './make-lane.ts';
import { replayProgram } from './replay.ts';
import { SIGNAL_DONE, SIGNAL_EPOCH, SIGNAL_FAILED, SIGNAL_STOP, SIGNAL_WORDS, waitForChange } from './signals.ts';

/** A worker's whole life: set up once, then a batch at every change of the epoch until told to stop. */
function serve(setup: LaneSetup, ready: () => void): void {
  const { control, memories, programs, worker } = setup;
  const buffer = memories[0]!.buffer;
  const signals = new Int32Array(buffer, control.signals, SIGNAL_WORDS);
  const words = new Int32Array(buffer, control.batch, control.batchWords);
  const lane = makeLane(setup);
  let epoch = Atomics.load(signals, SIGNAL_EPOCH);
  ready();
  while (Atomics.load(signals, SIGNAL_STOP) === 0) {
    epoch = waitForChange(signals, SIGNAL_EPOCH, epoch);
    if (Atomics.load(signals, SIGNAL_STOP) !== 0) break;
    try {
      const { program, batch } = readBatch(words);
      lane.batch = batch;
      replayProgram(programs[program], lane);
    } catch {
      // Whatever it was, the main thread finds the mark and reports; the others are let out of the barrier.
      Atomics.compareExchange(signals, SIGNAL_FAILED, 0, 1 + worker);
      lane.release();
    }
    Atomics.add(signals, SIGNAL_DONE, 1);
    Atomics.notify(signals, SIGNAL_DONE);
  }
}

type Port = { postMessage(message: unknown): void; once(event: 'message', listener: (setup: LaneSetup) => void): void };

/** Node's workers talk through a port, the browser's through their global scope. */
const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads');
const port = (threads?.parentPort ?? null) as Port | null;
if (port) port.once('message', (setup) => serve(setup, () => port.postMessage('ready')));
else
  addEventListener('message', (event: MessageEvent<LaneSetup>) => serve(event.data, () => postMessage('ready')), {
    once: true,
  });
