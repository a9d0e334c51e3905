const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;
/** Servers that want more patience than this are asked again by our own rule. */
const LONGEST_ASKED_MS = 60_000;

/** Whether a refusal may pass, by the rules of openai-node. `x-should-retry` decides where it is there. */
export function mayPass(status: number, headers: Headers): boolean {
  const told = headers.get('x-should-retry');
  if (told === 'true' || told === 'false') return told === 'true';
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

/** Milliseconds to wait before another attempt; `attempt` counts those made, from 0. */
export function retryDelay(attempt: number, headers: Headers | null, random: () => number = Math.random): number {
  const asked = headers ? askedDelay(headers) : null;
  if (asked !== null && asked >= 0 && asked <= LONGEST_ASKED_MS) return asked;
  // Up to a quarter less, so that many clients do not come back together.
  return Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS) * (1 - 0.25 * random());
}

/** Milliseconds after which the server wants to be asked again; null where it does not say. */
export function askedDelay(headers: Headers): number | null {
  const milliseconds = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  if (Number.isFinite(milliseconds)) return milliseconds;
  const text = headers.get('retry-after') ?? '';
  const seconds = Number.parseFloat(text);
  if (Number.isFinite(seconds)) return seconds * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : date - Date.now();
}

/** Waits. Throws the reason of `signal` as soon as it aborts. */
export function delay(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
