// What HTTP and the protocol cost beside the bare engine, in microseconds a token, on the built-in model. Runs with and
// without alternate, and medians are compared. Usage: node packages/server/bench/http-overhead.ts [--tokens 200] [--rounds 15]
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Engine } from '@lantern/engine';
import { testServer } from '../src/test-server.ts';
import { median } from './median.ts';

/** A token of the 0.8B shape on a CPU takes about so long. */
const TOKEN_MS = 30;
const QUESTION = 'Write a story about a fox and a lighthouse';

const { values } = parseArgs({
  options: { tokens: { type: 'string', default: '200' }, rounds: { type: 'string', default: '15' } },
});
const tokens = Number(values.tokens);
const rounds = Number(values.rounds);

// One processor is left to whoever reads the streams.
const threads = Math.max(1, Math.min(8, availableParallelism() - 1));
const server = await testServer({ engine: { threads } });
const { engine } = await server.loaded;
const client = new Worker(new URL('http-client.ts', import.meta.url));

/** Milliseconds until all answers have come to an end, read in the engine's own thread. */
async function bare(streams: number): Promise<number> {
  const start = performance.now();
  await Promise.all(Array.from({ length: streams }, (_, i) => readAnswer(engine, i)));
  return performance.now() - start;
}

async function readAnswer(from: Engine, seed: number): Promise<void> {
  const options = { maxTokens: tokens, ignoreEnds: true, temperature: 1, enableThinking: false, seed };
  for await (const _ of from.chat(QUESTION, options));
}

/** The same over HTTP. */
async function served(streams: number): Promise<{ milliseconds: number; bytes: number }> {
  const bodies = Array.from({ length: streams }, (_, seed) =>
    JSON.stringify({
      messages: [{ role: 'user', content: QUESTION }],
      max_tokens: tokens,
      ignore_eos: true,
      temperature: 1,
      enable_thinking: false,
      seed,
      stream: true,
    }),
  );
  const start = performance.now();
  client.postMessage({ url: `${server.url}/v1/chat/completions`, bodies });
  const [bytes] = (await once(client, 'message')) as [number];
  return { milliseconds: performance.now() - start, bytes };
}

async function measure(streams: number) {
  const withoutHttp: number[] = [];
  const withHttp: number[] = [];
  let bytes = 0;
  // The first round warms up.
  for (let round = -1; round < rounds; round++) {
    const one = await bare(streams);
    const other = await served(streams);
    if (round < 0) continue;
    withoutHttp.push(one);
    withHttp.push(other.milliseconds);
    bytes = other.bytes;
  }
  const all = streams * tokens;
  const engineMicros = (1000 * median(withoutHttp)) / all;
  const httpMicros = (1000 * median(withHttp)) / all;
  const overhead = httpMicros - engineMicros;
  return {
    streams,
    'engine µs/token': engineMicros.toFixed(0),
    'HTTP µs/token': httpMicros.toFixed(0),
    'overhead µs/token': overhead.toFixed(0),
    // A step of the model gives every stream a token.
    [`of a ${TOKEN_MS} ms step`]: `${((100 * overhead * streams) / 1000 / TOKEN_MS).toFixed(2)} %`,
    'bytes/token': (bytes / all).toFixed(0),
  };
}

console.log(`${tokens} tokens a stream, ${rounds} rounds, ${threads} threads, medians`);
console.table([await measure(1), await measure(16)]);
await client.terminate();
await server.stop(0);
