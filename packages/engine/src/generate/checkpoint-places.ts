/** Shortest stretch between checkpoints that are kept only because a prompt is long. */
const INTERVAL = 1024;

/**
 * Lengths of a prompt, rising, at which its state is worth keeping while it is absorbed: after its first message (a
 * system prompt that others share), before its last two (a question, and the answer to come: a later turn begins alike
 * up to one of them), and a few times in between, so that a long prompt with a changed end is not lost.
 *
 * @param starts places at which a message starts, rising
 */
export function checkpointPlaces(promptLength: number, starts: readonly number[]): number[] {
  const inner = starts.filter((start) => start > 0 && start < promptLength);
  const interval = Math.max(INTERVAL, Math.ceil(promptLength / 4));
  const spread = Array.from({ length: Math.floor((promptLength - 1) / interval) }, (_, i) => (i + 1) * interval);
  const places = new Set([...inner.slice(0, 1), ...inner.slice(-2), ...spread]);
  return [...places].sort((a, b) => a - b);
}
