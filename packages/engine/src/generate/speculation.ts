import { LanternError } from '../errors.ts';

/** How answers are drafted ahead, so that one batch may bring several of their tokens. What they say stays the same. */
export type Speculation =
  /** By the checkpoint's own MTP module. */
  | { method: 'mtp'; tokens: number }
  /** By looking up how the sequence went on where its last `min` to `max` tokens stood before; longest matches first. */
  | { method: 'ngram'; tokens: number; max: number; min: number };

/** Most tokens that are drafted at a time. An MTP module was trained for one, and gets worse with each further one. */
const MOST_TOKENS = { mtp: 4, ngram: 16 };
const FIELDS = {
  mtp: ['method', 'num_speculative_tokens'],
  ngram: ['method', 'num_speculative_tokens', 'prompt_lookup_max', 'prompt_lookup_min'],
};
/** What model cards and older guides call MTP. */
const OTHER_NAMES: ReadonlyMap<unknown, string> = new Map([
  ['qwen3_next_mtp', 'mtp'],
  ['qwen3_5_mtp', 'mtp'],
]);
const MOST_LOOKUP = 32;
const USUAL_LOOKUP = { max: 5, min: 2 };

/** Throws a LanternError that names what is out of range. */
export function checkSpeculation(speculation: Speculation): Speculation {
  const { method, tokens } = speculation;
  if (!Object.hasOwn(MOST_TOKENS, method)) throw unknownMethod(method);
  checkWhole('num_speculative_tokens', tokens, MOST_TOKENS[method], ` for method "${method}"`);
  if (speculation.method === 'mtp') return speculation;
  checkWhole('prompt_lookup_max', speculation.max, MOST_LOOKUP);
  checkWhole('prompt_lookup_min', speculation.min, speculation.max, ' (prompt_lookup_max)');
  return speculation;
}

/**
 * Reads what vLLM calls a speculative config: JSON with `method` ("mtp", "ngram"), `num_speculative_tokens` and, for
 * "ngram", `prompt_lookup_max` and `prompt_lookup_min`. Throws a LanternError where it is something else.
 */
export function parseSpeculation(text: string): Speculation {
  const config = parseObject(text);
  const { num_speculative_tokens: tokens, prompt_lookup_max: max, prompt_lookup_min: min } = config;
  const method = OTHER_NAMES.get(config.method) ?? config.method;
  if (method !== 'mtp' && method !== 'ngram') throw unknownMethod(method);
  const unknown = Object.keys(config).find((name) => !FIELDS[method].includes(name));
  if (unknown !== undefined)
    throw new LanternError(
      'bad-input',
      `the speculative config has ${JSON.stringify(unknown)}; for method "${method}" it has ${FIELDS[method].join(', ')}`,
    );
  if (method === 'mtp') return checkSpeculation({ method, tokens: tokens as number });
  const most = (max ?? Math.max(USUAL_LOOKUP.max, Number(min ?? 0))) as number;
  const least = (min ?? Math.min(USUAL_LOOKUP.min, most)) as number;
  return checkSpeculation({ method, tokens: tokens as number, max: most, min: least });
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // The same message as for JSON that is no object.
  }
  throw new LanternError(
    'bad-input',
    `the speculative config is ${text}; a JSON object is expected`,
    'such as {"method": "mtp", "num_speculative_tokens": 1}',
  );
}

function unknownMethod(method: unknown): LanternError {
  const known = Object.keys(MOST_TOKENS).map((name) => `"${name}"`);
  return new LanternError(
    'bad-input',
    `the method of the speculative config is ${JSON.stringify(method)}; known are ${known.join(' and ')}`,
  );
}

function checkWhole(name: string, value: unknown, most: number, of = ''): void {
  if (Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= most) return;
  throw new LanternError(
    'bad-input',
    `${name} of the speculative config is ${JSON.stringify(value)}; it must be a whole number from 1 to ${most}${of}`,
  );
}
