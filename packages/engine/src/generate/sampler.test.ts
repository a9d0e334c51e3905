import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LanternError } from '../errors.ts';
import { Random } from './random.ts';
import { Sampler } from './sampler.ts';
import type { SamplingOptions } from './sampling-options.ts';

const all: SamplingOptions = {
  temperature: 1,
  topK: 0,
  topP: 1,
  minP: 0,
  presencePenalty: 0,
  frequencyPenalty: 0,
  repetitionPenalty: 1,
  seed: 1,
};

/** How often each id comes in `count` draws. */
function frequencies(logits: number[], options: Partial<SamplingOptions>, count = 20_000): number[] {
  const row = Float32Array.from(logits);
  const sampler = new Sampler({ ...all, ...options }, logits.length);
  const counts = logits.map(() => 0);
  for (let i = 0; i < count; i++) counts[sampler.sample(row)]!++;
  return counts.map((n) => n / count);
}

/** Five standard deviations of a share from `count` draws, at most. */
function assertClose(actual: number[], expected: number[]): void {
  actual.forEach((share, id) => {
    const p = expected[id]!;
    if (p === 0 || p === 1) assert.equal(share, p, `id ${id}`);
    else assert.ok(Math.abs(share - p) < 5 * Math.sqrt((p * (1 - p)) / 20_000), `id ${id}: ${share}, expected ${p}`);
  });
}

// Probabilities 0.4, 0.3, 0.2, 0.1, in an order of their own.
const probabilities = [0.2, 0.4, 0.1, 0.3];
const logits = probabilities.map((p) => Math.log(p) + 7);

test('temperature 0 takes the first of the largest', () => {
  const sampler = new Sampler({ ...all, temperature: 0 }, 10);
  assert.equal(sampler.sample(Float32Array.of(1, 5, 5, 2)), 1);
});

test('draws follow the softmax', () => assertClose(frequencies(logits, {}), probabilities));

test('temperature sharpens and flattens', () => {
  for (const temperature of [0.5, 2]) {
    const powers = probabilities.map((p) => p ** (1 / temperature));
    const sum = powers.reduce((a, b) => a + b);
    assertClose(
      frequencies(logits, { temperature }),
      powers.map((p) => p / sum),
    );
  }
});

test('topK keeps the k likeliest', () => assertClose(frequencies(logits, { topK: 2 }), [0, 4 / 7, 0, 3 / 7]));

test('topP keeps the fewest that reach the mass', () => {
  assertClose(frequencies(logits, { topP: 0.69 }), [0, 4 / 7, 0, 3 / 7]);
  assertClose(frequencies(logits, { topP: 0.71 }), [2 / 9, 4 / 9, 0, 3 / 9]);
  assertClose(frequencies(logits, { topP: 1e-9 }), [0, 1, 0, 0]);
});

test('topP counts the mass that topK left', () => {
  // Of 4/9, 3/9, 2/9 the first two reach 0.75; of all four they would reach 0.7 only.
  assertClose(frequencies(logits, { topK: 3, topP: 0.75 }), [0, 4 / 7, 0, 3 / 7]);
});

test('minP is relative to the likeliest', () => {
  assertClose(frequencies(logits, { minP: 0.6 }), [0, 4 / 7, 0, 3 / 7]);
  assertClose(frequencies(logits, { minP: 0.4, topK: 3 }), [2 / 9, 4 / 9, 0, 3 / 9]);
  assertClose(frequencies(logits, { minP: 1 }), [0, 1, 0, 0]);
});

test('topP alone agrees with a full sort on many random rows', () => {
  const random = new Random(3);
  for (let round = 0; round < 50; round++) {
    const row = Float32Array.from({ length: 200 }, () => 6 * random.next());
    const topP = random.next();
    const sorted = Array.from(row.keys()).sort((a, b) => row[b]! - row[a]!);
    const weights = sorted.map((id) => Math.exp(row[id]!));
    const mass = topP * weights.reduce((a, b) => a + b);
    let sum = 0;
    const crossing = weights.findIndex((w) => {
      sum += w;
      return sum >= mass;
    });
    const kept = new Set(sorted.slice(0, crossing + 1));
    const sampler = new Sampler({ ...all, topP, seed: round }, 200);
    for (let i = 0; i < 100; i++) assert.ok(kept.has(sampler.sample(row)), `round ${round}`);
  }
});

test('padding rows are never drawn', () => {
  const row = Float32Array.of(0, 0, 50, 50);
  for (const options of [{ temperature: 0 }, {}, { topK: 3 }, { topP: 0.9 }]) {
    const sampler = new Sampler({ ...all, ...options }, 2);
    for (let i = 0; i < 50; i++) assert.ok(sampler.sample(row) < 2);
  }
});

test('a seed decides, whatever its half', () => {
  const row = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i));
  const draws = (seed: number) => {
    const sampler = new Sampler({ ...all, seed }, 1000);
    return Array.from({ length: 20 }, () => sampler.sample(row));
  };
  assert.deepEqual(draws(7), draws(7));
  const seeds = [0, 1, -1, 2 ** 32, 2 ** 40];
  assert.equal(new Set(seeds.map((seed) => draws(seed).join())).size, seeds.length);
});

/** What bias and penalties make of logits, by their definitions, one token at a time. */
function adjusted(row: Float32Array, options: SamplingOptions, prompt: number[], answer: number[]): Float32Array {
  return row.map((logit, id) => {
    let x = Math.fround(logit + (options.logitBias?.[id] ?? 0));
    if ([...prompt, ...answer].includes(id))
      x = Math.fround(x > 0 ? x / options.repetitionPenalty : x * options.repetitionPenalty);
    const count = answer.filter((other) => other === id).length;
    return count > 0 ? x - (options.presencePenalty + options.frequencyPenalty * count) : x;
  });
}

test('every control agrees with its definition on random logits', () => {
  const random = new Random(11);
  const ids = (count: number) => Array.from({ length: count }, () => Math.floor(40 * random.next()));
  for (let round = 0; round < 200; round++) {
    const options: SamplingOptions = {
      ...all,
      temperature: 0,
      presencePenalty: 4 * random.next() - 2,
      frequencyPenalty: 4 * random.next() - 2,
      repetitionPenalty: round % 3 === 0 ? 1 : 0.5 + random.next(),
      ...(round % 2 === 0 && { logitBias: Object.fromEntries(ids(5).map((id) => [id, 20 * random.next() - 10])) }),
    };
    const [prompt, answer] = [ids(6), ids(8)];
    const row = Float32Array.from({ length: 40 }, () => 8 * random.next() - 4);
    const expected = adjusted(row, options, prompt, answer);
    const sampler = new Sampler(options, 40, prompt);
    for (const id of answer) sampler.accept(id);
    const drawn = sampler.sample(row);
    assert.deepEqual(row, expected, `round ${round}`);
    assert.equal(drawn, expected.indexOf(Math.max(...expected)));
  }
});

test('drawn frequencies follow the distribution that all controls leave: chi-squared', () => {
  const random = new Random(12);
  for (let round = 0; round < 12; round++) {
    const row = Float32Array.from({ length: 30 }, () => 4 * random.next() - 2);
    const options: SamplingOptions = {
      ...all,
      temperature: 0.5 + random.next(),
      topK: [0, 12][round % 2]!,
      topP: [1, 0.9, 0.7][round % 3]!,
      minP: [0, 0.05][(round >> 1) % 2]!,
      presencePenalty: 0.7,
      frequencyPenalty: 0.4,
      repetitionPenalty: 1.3,
      logitBias: { 4: 1.5, 9: -100 },
      seed: round,
    };
    const [prompt, answer] = [
      [1, 2, 3],
      [2, 5, 5],
    ];
    const expected = distribution(adjusted(row, options, prompt, answer), options);
    const sampler = new Sampler(options, 30, prompt);
    for (const id of answer) sampler.accept(id);
    const counts = new Float64Array(30);
    const draws = 6000;
    for (let i = 0; i < draws; i++) counts[sampler.sample(row.slice())]!++;
    let chiSquared = 0;
    let kinds = 0;
    expected.forEach((p, id) => {
      if (p === 0) assert.equal(counts[id], 0, `round ${round}: ${id} is left out`);
      else {
        chiSquared += (counts[id]! - p * draws) ** 2 / (p * draws);
        kinds++;
      }
    });
    // Mean k and variance 2k; five standard deviations and a little for few kinds.
    assert.ok(
      kinds > 1 && chiSquared < kinds + 5 * Math.sqrt(2 * kinds) + 5,
      `round ${round}: ${chiSquared} of ${kinds}`,
    );
  }
});

/** The distribution by sorting everything: temperature, topK, topP, minP. */
function distribution(row: Float32Array, { temperature, topK, topP, minP }: SamplingOptions): number[] {
  const weights = Array.from(row, (logit) => Math.exp((logit - Math.max(...row)) / temperature));
  let kept = Array.from(weights.keys()).sort((a, b) => weights[b]! - weights[a]!);
  if (topK > 0) kept = kept.slice(0, topK);
  const mass = topP * kept.reduce((sum, id) => sum + weights[id]!, 0);
  let reached = 0;
  kept = kept.filter((id) => {
    const needed = reached < mass;
    reached += weights[id]!;
    return needed;
  });
  kept = kept.filter((id) => weights[id]! >= minP * weights[kept[0]!]!);
  const total = kept.reduce((sum, id) => sum + weights[id]!, 0);
  return weights.map((weight, id) => (kept.includes(id) ? weight / total : 0));
}

test('a tiny temperature neither overflows nor divides by zero', () =>
  assertClose(frequencies([3, 3.5, -1e30], { temperature: 1e-300, topP: 0.9 }, 100), [0, 1, 0]));

test('values out of range are named', () => {
  const bad: [Partial<SamplingOptions>, RegExp][] = [
    [{ temperature: -1 }, /^temperature is -1; it must be a finite number ≥ 0$/],
    [{ temperature: Number.POSITIVE_INFINITY }, /^temperature/],
    [{ topP: 0 }, /^topP is 0/],
    [{ topP: 1.1 }, /^topP/],
    [{ topK: -1 }, /^topK/],
    [{ topK: 1.5 }, /^topK/],
    [{ minP: 2 }, /^minP/],
    [{ minP: Number.NaN }, /^minP is NaN/],
    [{ seed: 0.5 }, /^seed/],
    [{ presencePenalty: 2.1 }, /^presencePenalty is 2.1; it must be from -2 to 2$/],
    [{ frequencyPenalty: -3 }, /^frequencyPenalty/],
    [{ repetitionPenalty: 0 }, /^repetitionPenalty is 0/],
    [{ logitBias: { 3: 101 } }, /^logitBias of token 3 is 101; it must be from -100 to 100$/],
    [{ logitBias: JSON.parse('{"x": 1}') as Record<number, number> }, /^logitBias has the key x/],
  ];
  for (const [options, message] of bad)
    assert.throws(
      () => new Sampler({ ...all, ...options }, 4),
      (error) => error instanceof LanternError && error.code === 'bad-input' && message.test(error.message),
    );
});

test('logits without a finite number are an error, not a token', () => {
  assert.throws(() => new Sampler(all, 2).sample(Float32Array.of(Number.NaN, Number.NaN)), LanternError);
  assert.throws(() => new Sampler(all, 2).sample(Float32Array.of(0, Number.POSITIVE_INFINITY)), LanternError);
});
