import type { GenerationDefaults } from './checkpoint.ts';
import type { JsonObject } from './json.ts';

/** Ids under an `eos_token_id`, which holds one, a list, or nothing. */
export function eosIds(value: unknown): number[] {
  return (Array.isArray(value) ? value : [value]).filter((id) => Number.isInteger(id) && id >= 0);
}

/** From `generation_config.json` (or null) and the end ids that other files name. */
export function generationDefaults(json: JsonObject | null, otherEosIds: readonly number[]): GenerationDefaults {
  const number = (name: string): number | null => {
    const value = json?.[name];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  };
  return {
    temperature: number('temperature'),
    topP: number('top_p'),
    topK: number('top_k'),
    minP: number('min_p'),
    repetitionPenalty: number('repetition_penalty'),
    eosTokenIds: [...new Set([...eosIds(json?.eos_token_id), ...otherEosIds])],
  };
}
