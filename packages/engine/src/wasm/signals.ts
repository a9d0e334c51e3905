/** Words between the main thread and its workers, in arena 0. Each on a cache line of its own. */
export const SIGNAL_EPOCH = 0;
/** Workers that have finished the batch of this epoch, summed over all epochs. */
export const SIGNAL_DONE = 16;
/** Set to 1 + worker by the first that fails. */
export const SIGNAL_FAILED = 32;
export const SIGNAL_STOP = 48;
export const SIGNAL_WORDS = 64;

/** Turns of the loop before a thread goes to sleep: some 100 to 200 µs, in which the next batch mostly comes. */
const SPINS = 100_000;

/** Waits until the word differs from `seen` and returns it: spinning first, then asleep. */
export function waitForChange(signals: Int32Array, index: number, seen: number): number {
  for (let i = 0; i < SPINS; i++) {
    const now = Atomics.load(signals, index);
    if (now !== seen) return now;
  }
  for (;;) {
    Atomics.wait(signals, index, seen);
    const now = Atomics.load(signals, index);
    if (now !== seen) return now;
  }
}
