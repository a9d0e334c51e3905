import { LanternError } from '../errors.ts';

/** How the next token is drawn. Filters act in this order: temperature, topK, topP, minP. */
export type SamplingOptions = {
  /** Logits are divided by it; 0 takes the likeliest token, the lowest id of equals. */
  temperature: number;
  /** Only the k likeliest stay; 0 keeps all. */
  topK: number;
  /** Of those, the fewest whose probabilities, renormalised, add up to topP stay; 1 keeps all. */
  topP: number;
  /** Of those, the ones at least minP times as likely as the likeliest stay; 0 keeps all. */
  minP: number;
  /** Any integer. The same seed on the same logits draws the same tokens; absent: a random one. */
  seed?: number;
};

const rules: { [name in keyof Required<SamplingOptions>]: { allowed: string; holds: (value: number) => boolean } } = {
  temperature: { allowed: 'a finite number ≥ 0', holds: (value) => value >= 0 && value < Number.POSITIVE_INFINITY },
  topK: { allowed: 'an integer ≥ 0 (0 keeps all)', holds: (value) => Number.isSafeInteger(value) && value >= 0 },
  topP: { allowed: 'greater than 0 and at most 1', holds: (value) => value > 0 && value <= 1 },
  minP: { allowed: 'from 0 to 1', holds: (value) => value >= 0 && value <= 1 },
  seed: { allowed: 'an integer', holds: Number.isSafeInteger },
};

/** Throws a LanternError `bad-input` that names the first value out of its range. Absent values pass. */
export function checkSampling(options: Partial<SamplingOptions>): void {
  for (const [name, { allowed, holds }] of Object.entries(rules)) {
    const value = options[name as keyof SamplingOptions];
    if (value !== undefined && !holds(value))
      throw new LanternError('bad-input', `${name} is ${value}; it must be ${allowed}`);
  }
}
