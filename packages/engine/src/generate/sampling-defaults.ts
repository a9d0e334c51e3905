import type { GenerationDefaults } from '../checkpoint/checkpoint.ts';
import type { SamplingOptions } from './sampling-options.ts';

/**
 * What the checkpoint recommends; where it says nothing, what the vendor recommends for answers with and without
 * thinking.
 */
export function samplingDefaults(
  generation: Omit<GenerationDefaults, 'eosTokenIds'>,
  thinking: boolean,
): SamplingOptions {
  return {
    temperature: generation.temperature ?? (thinking ? 0.6 : 0.7),
    topP: generation.topP ?? (thinking ? 0.95 : 0.8),
    topK: generation.topK ?? 20,
    minP: generation.minP ?? 0,
    presencePenalty: 0,
    frequencyPenalty: 0,
    repetitionPenalty: generation.repetitionPenalty ?? 1,
  };
}
