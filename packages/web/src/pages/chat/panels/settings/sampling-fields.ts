import type { Sampling } from '../../../../store/records.ts';

type SamplingField = {
  name: keyof Sampling;
  label: string;
  hint: string;
  min: number;
  max: number;
  step: number;
};

/** Ranges are those of the API. */
export const samplingFields: readonly SamplingField[] = [
  {
    name: 'temperature',
    label: 'Temperature',
    hint: 'Higher is more varied; 0 always takes the likeliest token.',
    min: 0,
    max: 2,
    step: 0.05,
  },
  {
    name: 'top_p',
    label: 'Top P',
    hint: 'Only the likeliest tokens that together have this share.',
    min: 0.01,
    max: 1,
    step: 0.01,
  },
  {
    name: 'top_k',
    label: 'Top K',
    hint: 'Only this many of the likeliest tokens; 0 keeps all.',
    min: 0,
    max: 1000,
    step: 1,
  },
  {
    name: 'min_p',
    label: 'Min P',
    hint: 'Only tokens at least so likely beside the likeliest one.',
    min: 0,
    max: 1,
    step: 0.01,
  },
  {
    name: 'presence_penalty',
    label: 'Presence penalty',
    hint: 'Higher moves the model to something new.',
    min: -2,
    max: 2,
    step: 0.1,
  },
  {
    name: 'repetition_penalty',
    label: 'Repetition penalty',
    hint: 'Above 1, what was there already is less likely.',
    min: 0.01,
    max: 100,
    step: 0.01,
  },
  {
    name: 'max_tokens',
    label: 'Longest answer',
    hint: 'In tokens, thinking included.',
    min: 1,
    max: 1_000_000,
    step: 1,
  },
  {
    name: 'seed',
    label: 'Seed',
    hint: 'The same seed and settings give the same answer again.',
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    step: 1,
  },
];
