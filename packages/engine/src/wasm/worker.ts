import { readTask } from './batch-block.ts';
import { type LaneSetup, makeLane } from './make-lane.ts';
import { runPackJob } from './pack-job.ts';
import { replayOps, replayProgram } from './replay.ts';
import { SIGNAL_DONE, SIGNAL_EPOCH, SIGNAL_FAILED, SIGNAL_STOP, SIGNAL_WORDS, waitForChange } from './signals.ts';
import { answerOf, type WorkerAnswer, type WorkerCall } from './worker-messages.ts';

/** The rest of a worker's life: set up once, then a batch at every change of the epoch until told to stop. */
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
      const task = readTask(words);
      if (task.program === 'see') {
        lane.chunk = task.chunk;
        replayOps(programs.see[task.phase]!, lane);
      } else {
        lane.batch = task.batch;
        replayProgram(programs[task.program], lane);
      }
    } catch {
      // Whatever it was, the main thread finds the mark and reports; the others are let out of the barrier.
      Atomics.compareExchange(signals, SIGNAL_FAILED, 0, 1 + worker);
      lane.release();
    }
    Atomics.add(signals, SIGNAL_DONE, 1);
    Atomics.notify(signals, SIGNAL_DONE);
  }
}

type Port = {
  postMessage(answer: WorkerAnswer): void;
  on(event: 'message', listener: (call: WorkerCall) => void): void;
};

/** Node's workers talk through a port, the browser's through their global scope. */
const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads');
const port = (threads?.parentPort ?? null) as Port | null;
const answer = port ? (message: WorkerAnswer) => port.postMessage(message) : postMessage;
const obey = (call: WorkerCall) => {
  try {
    if (call.call === 'pack') {
      runPackJob(call.job);
      answer(null);
    } else serve(call.setup, () => answer(null));
  } catch (error) {
    answer(answerOf(error));
  }
};
if (port) port.on('message', obey);
else addEventListener('message', (event: MessageEvent<WorkerCall>) => obey(event.data));
