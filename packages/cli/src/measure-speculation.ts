import type { Engine } from '@lantern/engine';
import { randomIds } from './measure-engine.ts';

export type SpeculationSpeed = {
  /** Tokens a second of all answers together, sampling included. */
  answerRate: number;
  /** Share of the drafted tokens that came true; null where none was drafted. */
  acceptance: number | null;
};

/** Warm-up answers: in the first ones the engine finds out whether drafts pay. */
const WARM_UPS = 1;

/**
 * Lets `parallel` answers of `gen` tokens grow, each the likeliest continuation of random tokens, with drafts as the
 * engine sees fit. Throws the reason of `signal`.
 */
export async function measureSpeculation(
  engine: Engine,
  { prompt, gen, parallel, signal }: { prompt: number; gen: number; parallel: number; signal: AbortSignal },
): Promise<SpeculationSpeed> {
  const nextId = randomIds(engine.config.vocabSize);
  const answer = () =>
    engine.complete(Array.from({ length: prompt }, nextId), {
      maxTokens: gen,
      minTokens: gen,
      temperature: 0,
      ignoreEnds: true,
      signal,
    }).result;
  const answers = () => Promise.all(Array.from({ length: parallel }, answer));
  for (let i = 0; i < WARM_UPS; i++) await answers();
  const results = await answers();
  const sum = (of: (result: (typeof results)[number]) => number) =>
    results.reduce((all, result) => all + of(result), 0);
  const seconds = Math.max(...results.map(({ timings }) => timings.decodeSeconds));
  const accepted = sum(({ usage }) => usage.acceptedDraftTokens);
  const drafted = accepted + sum(({ usage }) => usage.rejectedDraftTokens);
  return { answerRate: (parallel * (gen - 1)) / seconds, acceptance: drafted === 0 ? null : accepted / drafted };
}
