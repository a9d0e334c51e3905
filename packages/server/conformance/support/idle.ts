import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from './http.ts';

/** Answers that grow and that wait, as `/metrics` tells. */
export async function load({ url }: Target): Promise<{ running: number; waiting: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const gauge = (name: string) => {
    const found = new RegExp(`^vllm:${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1];
    assert.ok(found, `no vllm:${name} in the metrics`);
    return Number(found);
  };
  return { running: gauge('num_requests_running'), waiting: gauge('num_requests_waiting') };
}

/** Waits until so many answers grow. */
export function untilRunning(target: Target, count: number): Promise<void> {
  return until(target, ({ running }) => running === count, `${count} answers never ran`);
}

/** Waits until nothing grows and nothing waits. */
export function untilIdle(target: Target): Promise<void> {
  return until(target, ({ running, waiting }) => running + waiting === 0, 'answers run on that nobody waits for');
}

async function until(
  target: Target,
  holds: (load: { running: number; waiting: number }) => boolean,
  complaint: string,
): Promise<void> {
  const end = performance.now() + 5000;
  for (;;) {
    const now = await load(target);
    if (holds(now)) return;
    assert.ok(performance.now() < end, `${complaint}: ${JSON.stringify(now)}`);
    await sleep(10);
  }
}
