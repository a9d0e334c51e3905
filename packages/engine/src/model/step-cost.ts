/** What one kind of step cost, over all batches that were profiled. Times are of the calling thread. */
export type StepCost = {
  label: string;
  /** How often it ran. */
  calls: number;
  seconds: number;
  /** Of these, seconds of waiting for other threads. */
  waiting: number;
  /** Weights, caches and states that all threads together read and wrote; activations are left out. */
  bytes: number;
  /** Multiplications and additions of all threads together. */
  operations: number;
};
