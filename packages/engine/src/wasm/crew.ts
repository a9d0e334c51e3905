import { LanternError } from '../errors.ts';
import { type LaneSetup, makeLane } from './make-lane.ts';
import { SIGNAL_DONE, SIGNAL_EPOCH, SIGNAL_FAILED, SIGNAL_STOP, SIGNAL_WORDS, waitForChange } from './signals.ts';
import type { WorkerHandle } from './spawn-worker.ts';

/** The threads that compute together: the calling one, as worker 0, and the others, which are told what it does. */
export class Crew {
  readonly lane: ReturnType<typeof makeLane>;
  readonly #workers: WorkerHandle[];
  readonly #signals: Int32Array;
  readonly #words: Int32Array;
  #done = 0;
  #failure: LanternError | null = null;

  constructor(setup: LaneSetup, workers: WorkerHandle[]) {
    const buffer = setup.memories[0]!.buffer;
    this.lane = makeLane(setup);
    this.#workers = workers;
    this.#signals = new Int32Array(buffer, setup.control.signals, SIGNAL_WORDS);
    this.#words = new Int32Array(buffer, setup.control.batch, setup.control.batchWords);
  }

  /**
   * Does one piece of work on all threads: `tell` writes what it is for the others, `own` is this thread's share. Throws a
   * LanternError where a thread fails, and ever after.
   */
  work(tell: (words: Int32Array) => void, own: () => void): void {
    if (this.#failure) throw this.#failure;
    tell(this.#words);
    Atomics.add(this.#signals, SIGNAL_EPOCH, 1);
    Atomics.notify(this.#signals, SIGNAL_EPOCH);
    try {
      own();
    } catch (error) {
      Atomics.compareExchange(this.#signals, SIGNAL_FAILED, 0, 1);
      this.lane.release();
      this.#failure = new LanternError(
        'closed',
        `a worker failed while computing: ${String(error)}`,
        'load the model again',
      );
    }
    this.#waitForOthers();
    if (this.#failure) throw this.#failure;
  }

  #waitForOthers(): void {
    const target = (this.#done + this.#workers.length) | 0;
    for (let seen = Atomics.load(this.#signals, SIGNAL_DONE); seen !== target; )
      seen = waitForChange(this.#signals, SIGNAL_DONE, seen);
    this.#done = target;
  }

  async close(): Promise<void> {
    this.#failure ??= new LanternError('closed', 'the model is closed');
    Atomics.store(this.#signals, SIGNAL_STOP, 1);
    Atomics.add(this.#signals, SIGNAL_EPOCH, 1);
    Atomics.notify(this.#signals, SIGNAL_EPOCH);
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
