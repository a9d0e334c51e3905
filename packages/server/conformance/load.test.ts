import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatCompletionChunk } from '@lantern/api';
import { testServer } from '../src/test-server.ts';
import { ask, type Body, reply } from './support/chat.ts';
import { eventsOf, post, readError, type Target } from './support/http.ts';
import { load, untilIdle, untilRunning } from './support/idle.ts';

const AT_ONCE = 64;
const WAITING = 1000;
const CONNECTIONS = 200;

type Told = {
  text: string;
  tokens: number;
  /** Place among those that were taken on. */
  arrived: number;
  /** Place among those that began to be answered. */
  began: number;
};

/** Sends requests and notes in which order they are taken on and begin. */
class Crowd {
  readonly #target: Target;
  #arrived = 0;
  #began = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  async send(body: Body, signal?: AbortSignal): Promise<Told> {
    const response = await post(
      this.#target,
      { ...body, stream: true, stream_options: { include_usage: true } },
      {
        ...(signal && { signal }),
      },
    );
    assert.equal(response.status, 200);
    const told: Told = { text: '', tokens: 0, arrived: this.#arrived++, began: -1 };
    let end = '';
    for await (const { data } of eventsOf(response)) {
      end = data;
      if (data === '[DONE]') continue;
      const { choices, usage } = JSON.parse(data) as ChatCompletionChunk;
      const text = choices[0]?.delta.content ?? '';
      if (text !== '' && told.text === '') told.began = this.#began++;
      told.text += text;
      told.tokens = usage?.completion_tokens ?? told.tokens;
    }
    assert.equal(end, '[DONE]', 'a stream that broke off');
    return told;
  }
}

/** Each has numbers of its own, so that a mix-up shows. */
function numbersOf(place: number): [number, number] {
  return [10 + (place % 90), 100 + Math.floor(place / 90)];
}

function sumOf(place: number): Body {
  const [a, b] = numbersOf(place);
  return ask(`What is ${a} + ${b}?`, { max_tokens: 32 });
}

async function fetchStatus(url: string): Promise<number> {
  const response = await fetch(url);
  await response.text();
  return response.status;
}

test('new connections do not wait for a step of the model each', { timeout: 60_000 }, async (t) => {
  const server = await testServer({ engine: { maxSequences: AT_ONCE } });
  t.after(() => server.stop(0));
  const crowd = new Crowd(server);
  const left = new AbortController();
  const grown = Array.from({ length: AT_ONCE }, () =>
    crowd.send(ask('Count from 1 to 90', { ignore_eos: true, max_tokens: 2000 }), left.signal).catch(() => undefined),
  );
  await untilRunning(server, AT_ONCE);
  const before = await steps(server);
  const statuses = await Promise.all(Array.from({ length: CONNECTIONS }, () => fetchStatus(`${server.url}/health`)));
  const taken = (await steps(server)) - before;
  left.abort();
  await Promise.all(grown);
  t.diagnostic(`${CONNECTIONS} connections were answered within ${taken} steps`);
  assert.ok(statuses.every((status) => status === 200));
  assert.ok(taken <= CONNECTIONS / 4, `it took ${taken} steps to answer ${CONNECTIONS} connections`);
});

/** Batches that the model has computed. */
async function steps({ url }: Target): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^vllm:iteration_tokens_total_count\{[^}]*\} (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
}

test(`${AT_ONCE} streams at once and ${WAITING} more that wait`, { timeout: 90_000 }, async (t) => {
  const server = await testServer({ maxWaiting: WAITING, engine: { maxSequences: AT_ONCE } });
  t.after(() => server.stop(0));
  const crowd = new Crowd(server);
  const start = performance.now();

  // They are long, so that all others come while they run.
  const first = Array.from({ length: AT_ONCE }, (_, place) =>
    crowd.send(ask(`Count from ${1 + (place % 32)} to 90`, { ignore_eos: true, max_tokens: 400 })),
  );
  await untilRunning(server, AT_ONCE);
  const others = Array.from({ length: WAITING }, (_, place) => crowd.send(sumOf(place)));
  const all = Promise.all([...first, ...others]);
  // Whoever fails meanwhile is heard of at the end.
  all.catch(() => undefined);
  for (;;) {
    const { running, waiting } = await load(server);
    if (waiting >= WAITING || running < AT_ONCE) break;
    await sleep(20);
  }
  assert.deepEqual(
    await load(server),
    { running: AT_ONCE, waiting: WAITING },
    'not all were taken on while the first ones ran',
  );

  const tooMany = await post(server, sumOf(0));
  const retryAfter = Number(tooMany.headers.get('retry-after'));
  await readError(tooMany, 'rate_limit_exceeded');
  assert.ok(retryAfter >= 1 && retryAfter <= 120, `Retry-After is ${retryAfter}`);

  const told = await all;
  const seconds = (performance.now() - start) / 1000;
  const tokens = told.reduce((sum, { tokens: count }) => sum + count, 0);
  t.diagnostic(
    `${told.length} requests in ${seconds.toFixed(1)} s: ${Math.round(told.length / seconds)} requests/s, ` +
      `${Math.round(tokens / seconds)} tokens/s (client and server in one process)`,
  );
  await untilIdle(server);

  await t.test('none is lost, none mixed up', async () => {
    const sums = told.slice(AT_ONCE);
    for (const [place, { text }] of sums.entries()) {
      const [a, b] = numbersOf(place);
      assert.ok(text.startsWith(`${a} + ${b} = `), `asked for ${a} + ${b}, told ${text}`);
    }
    for (const { text } of told.slice(0, AT_ONCE)) assert.notEqual(text, '');
    for (let place = 0; place < WAITING; place += 7)
      assert.equal(sums[place]!.text, (await reply(server, sumOf(place))).answers[0]!.content);
  });

  await t.test('first come, first served', (t) => {
    const waiting = new Set(told.map(({ arrived }) => arrived).sort((a, b) => a - b));
    let furthest = 0;
    for (const { arrived } of told.toSorted((a, b) => a.began - b.began)) {
      const [earliest = 0] = waiting;
      waiting.delete(arrived);
      furthest = Math.max(furthest, arrived - earliest);
    }
    t.diagnostic(`nobody began before anybody who had come more than ${furthest} places earlier`);
    assert.ok(furthest <= AT_ONCE);
  });
});
