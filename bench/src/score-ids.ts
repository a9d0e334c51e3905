import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../packages/engine/src/generate/random.ts';
import { TRAINED } from './bench-shapes.ts';
import { randomIds } from './random-ids.ts';
import { TRAINED_MODEL } from './trained-model.ts';

const RANDOM_TOKENS = 128;
/** What the trained model was trained on at most is a little more. */
const SEQUENCE_TOKENS = 1024;

/**
 * The sequences on which logits are compared: one of random ids, or for the trained model all conversations without
 * pictures that it is evaluated with, one behind the other, in another order for each seed.
 */
export function scoreIds(shape: string, seed: number): number[][] {
  if (shape !== TRAINED) return [randomIds(seed)(RANDOM_TOKENS)];
  const { cases } = JSON.parse(readFileSync(join(TRAINED_MODEL, 'eval.json'), 'utf8')) as { cases: Conversation[] };
  const texts = cases
    .filter(({ images }) => images.length === 0)
    .map(({ prompt_ids: prompt, output_ids: answer }) => [...prompt, ...answer]);
  const sequences: number[][] = [[]];
  for (const ids of shuffled(texts, new Random(seed))) {
    if (sequences.at(-1)!.length + ids.length > SEQUENCE_TOKENS) sequences.push([]);
    sequences.at(-1)!.push(...ids);
  }
  return sequences;
}

type Conversation = { images: unknown[]; prompt_ids: number[]; output_ids: number[] };

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random.next() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
