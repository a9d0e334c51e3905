// Mixed traffic for as long as is asked for, against the server on the built-in model over loopback. Prints each minute's
// rates and the server's memory; fails where a request fails, or where the last quarter after warm-up is more than a tenth
// slower or larger than the first. Usage: node packages/server/bench/soak.ts [--minutes 60] [--clients 4] [--threads 1]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { driftOf, type Interval } from './drift.ts';
import { TRAFFIC } from './soak-traffic.ts';

const MINUTE_MS = 60_000;
const MIB = 2 ** 20;
/** Share of the time in which caches fill and code is compiled; at least a minute. */
const WARM_SHARE = 0.1;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    clients: { type: 'string', default: '4' },
    threads: { type: 'string', default: '1' },
  },
});
const minutes = whole('minutes', 2);
const clients = whole('clients', 1);
const threads = whole('threads', 1);
const warmMinutes = Math.max(1, Math.round(minutes * WARM_SHARE));

const server = fork(fileURLToPath(new URL('soak-server.ts', import.meta.url)), [String(threads)]);
const [{ url }] = (await once(server, 'message')) as [{ url: string }];
const kinds = Object.keys(TRAFFIC);
const counted = { requests: 0, tokens: 0, aborted: 0 };
let failure: Error | undefined;
let seed = 0;

console.log(`${minutes} minutes, ${clients} clients, ${threads} threads; the first ${warmMinutes} warm up`);
console.log('minute  requests/s  tokens/s  aborted  memory MiB');
const running = Array.from({ length: clients }, client);
const intervals: Interval[] = [];
for (let minute = 1; minute <= minutes && !failure; minute++) {
  const before = { ...counted };
  const began = performance.now();
  await Promise.race([sleep(MINUTE_MS, undefined, { ref: false }), ...running]);
  const seconds = (performance.now() - began) / 1000;
  const interval = {
    requestsPerSecond: (counted.requests - before.requests) / seconds,
    tokensPerSecond: (counted.tokens - before.tokens) / seconds,
    residentBytes: await residentBytes(),
  };
  if (minute > warmMinutes) intervals.push(interval);
  const cells = [
    String(minute).padStart(6),
    interval.requestsPerSecond.toFixed(1).padStart(10),
    interval.tokensPerSecond.toFixed(0).padStart(8),
    String(counted.aborted - before.aborted).padStart(7),
    (interval.residentBytes / MIB).toFixed(0).padStart(10),
  ];
  console.log(cells.join('  '));
}
server.disconnect();

if (failure) fail(failure.message);
else {
  const { requests, tokens, memory, complaints } = driftOf(intervals);
  const share = (ratio: number) => `${((ratio - 1) * 100).toFixed(1)} %`;
  console.log(
    `${counted.requests} requests, ${counted.tokens} tokens, ${counted.aborted} aborted; last quarter against first: ` +
      `requests ${share(requests)}, tokens ${share(tokens)}, memory ${share(memory)}`,
  );
  for (const complaint of complaints) fail(complaint);
}
process.exit();

/** Sends one request after the other, of each kind in turn, until one fails. */
async function client(): Promise<void> {
  while (!failure) {
    const number = seed++;
    const kind = kinds[number % kinds.length]!;
    try {
      const { tokens, aborted } = await TRAFFIC[kind]!(url, number);
      counted.requests++;
      counted.tokens += tokens;
      if (aborted) counted.aborted++;
    } catch (error) {
      failure ??= new Error(`request ${number} (${kind}): ${(error as Error).message}`);
    }
  }
}

async function residentBytes(): Promise<number> {
  server.send({});
  const [{ residentBytes }] = (await once(server, 'message')) as [{ residentBytes: number }];
  return residentBytes;
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}

function whole(name: 'minutes' | 'clients' | 'threads', least: number): number {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= least) return value;
  console.error(`--${name} is "${values[name]}"; it must be a whole number from ${least}`);
  process.exit(2);
}
