import { LanternError } from '../errors.ts';

/**
 * How the next token is drawn. Logits are changed in this order: logitBias, repetitionPenalty, frequencyPenalty and
 * presencePenalty, temperature; then topK, topP and minP leave tokens out.
 */
export type SamplingOptions = {
  /** Logits are divided by it; 0 takes the likeliest token, the lowest id of equals. */
  temperature: number;
  /** Only the k likeliest stay; 0 keeps all. */
  topK: number;
  /** Of those, the fewest whose probabilities, renormalised, add up to topP stay; 1 keeps all. */
  topP: number;
  /** Of those, the ones at least minP times as likely as the likeliest stay; 0 keeps all. */
  minP: number;
  /** Taken off the logit of every token that the answer has already; 0 changes nothing. */
  presencePenalty: number;
  /** Taken off the logit of a token once for each time that the answer has it; 0 changes nothing. */
  frequencyPenalty: number;
  /** Positive logits of tokens that the prompt or the answer has are divided by it, others multiplied; 1 changes nothing. */
  repetitionPenalty: number;
  /** Added to the logits of token ids; −100 all but forbids a token. */
  logitBias?: Readonly<Record<number, number>>;
  /** Any integer. The same seed on the same logits draws the same tokens; absent: a random one. */
  seed?: number;
};

type Rule = { allowed: string; holds: (value: number) => boolean };

const fromMinusTwoToTwo: Rule = { allowed: 'from -2 to 2', holds: (value) => value >= -2 && value <= 2 };

const rules: { [name in Exclude<keyof SamplingOptions, 'logitBias'>]-?: Rule } = {
  temperature: { allowed: 'a finite number ≥ 0', holds: (value) => value >= 0 && value < Number.POSITIVE_INFINITY },
  topK: { allowed: 'an integer ≥ 0 (0 keeps all)', holds: (value) => Number.isSafeInteger(value) && value >= 0 },
  topP: { allowed: 'greater than 0 and at most 1', holds: (value) => value > 0 && value <= 1 },
  minP: { allowed: 'from 0 to 1', holds: (value) => value >= 0 && value <= 1 },
  presencePenalty: fromMinusTwoToTwo,
  frequencyPenalty: fromMinusTwoToTwo,
  repetitionPenalty: {
    allowed: 'a finite number > 0 (1 changes nothing)',
    holds: (value) => value > 0 && value < Number.POSITIVE_INFINITY,
  },
  seed: { allowed: 'an integer', holds: Number.isSafeInteger },
};

/** Throws a LanternError `bad-input` that names the first value out of its range. Absent values pass. */
export function checkSampling(options: Partial<SamplingOptions>): void {
  for (const [name, { allowed, holds }] of Object.entries(rules)) {
    const value = options[name as keyof typeof rules];
    if (value !== undefined && !holds(value))
      throw new LanternError('bad-input', `${name} is ${value}; it must be ${allowed}`);
  }
  for (const [id, bias] of Object.entries(options.logitBias ?? {})) {
    if (!/^\d+$/.test(id)) throw new LanternError('bad-input', `logitBias has the key ${id}; keys must be token ids`);
    if (!(bias >= -100 && bias <= 100))
      throw new LanternError('bad-input', `logitBias of token ${id} is ${bias}; it must be from -100 to 100`);
  }
}
