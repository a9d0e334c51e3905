import { isObject, numberOrNull } from './loose-json.ts';

/** How long the server took: until it began, to read what of the prompt was not cached, to generate the rest. */
export type Timings = { queueSeconds: number; prefillSeconds: number; decodeSeconds: number };

/** The `timings` of a reply, as Lantern and llama.cpp send them; null where it has none. */
export function readTimings(timings: unknown): Timings | null {
  if (!isObject(timings)) return null;
  const prompt = numberOrNull(timings.prompt_ms);
  const predicted = numberOrNull(timings.predicted_ms);
  if (prompt === null || predicted === null) return null;
  return {
    queueSeconds: (numberOrNull(timings.queue_ms) ?? 0) / 1000,
    prefillSeconds: prompt / 1000,
    decodeSeconds: predicted / 1000,
  };
}
