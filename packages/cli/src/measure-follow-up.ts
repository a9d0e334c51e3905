import type { Engine, Job } from '@lantern/engine';
import { median, randomIds } from './measure-engine.ts';

/** Turns of either kind of which the time is the median. */
const ROUNDS = 3;

/**
 * Seconds to the first token of a second turn, `followUp` new tokens after a first turn of `prompt` tokens: with the
 * first turn remembered, and with all of it read anew. Throws the reason of the signal.
 */
export async function measureFollowUp(
  engine: Engine,
  { prompt, followUp, signal }: { prompt: number; followUp: number; signal: AbortSignal },
): Promise<{ followUpSeconds: number; wholeSeconds: number }> {
  const nextId = randomIds(engine.config.vocabSize);
  const random = (count: number) => Array.from({ length: count }, nextId);
  const remembered: number[] = [];
  const anew: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const first = random(prompt);
    await firstToken(engine, first, signal);
    const turn = await firstToken(engine, [...first, ...random(followUp)], signal);
    if (turn.cachedTokens !== prompt) throw new TypeError(`${turn.cachedTokens} of ${prompt} tokens were remembered`);
    remembered.push(turn.seconds);
    anew.push((await firstToken(engine, random(prompt + followUp), signal)).seconds);
  }
  return { followUpSeconds: median(remembered), wholeSeconds: median(anew) };
}

/** Has a prompt read and remembered. */
function firstToken(
  engine: Engine,
  promptIds: readonly number[],
  signal: AbortSignal,
): Promise<{ seconds: number; cachedTokens: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ seconds: number; cachedTokens: number }>();
  const began = performance.now();
  let cachedTokens = 0;
  const job: Job = {
    promptIds,
    spans: [],
    promptKey: promptIds,
    checkpoints: [],
    signal,
    priority: 0,
    keep: true,
    started: (cached) => {
      cachedTokens = cached;
    },
    next: () => null,
    finished: () => resolve({ seconds: (performance.now() - began) / 1000, cachedTokens }),
    failed: reject,
  };
  engine.scheduler.submit(job);
  return promise;
}
