/** Threads where none are asked for: what the machine offers, at most 8. */
export function defaultThreads(): number {
  return Math.min(globalThis.navigator?.hardwareConcurrency ?? 1, 8);
}
