import type { ModelConfig } from '@lantern/engine';

/** Tokens of an answer with its prompt for which every sequence gets room, if memory allows. */
const USUAL_TOKENS = 2048;
/** Share of the free memory that the attention cache may take. */
const MEMORY_SHARE = 0.3;

/**
 * Tokens that all answers and remembered prompts may have together: one whole context, and beyond it a usual answer for
 * every sequence as far as memory goes. Memory is taken only when it is used.
 */
export function defaultCacheTokens(
  { layerTypes, attention }: ModelConfig,
  contextTokens: number,
  maxSequences: number,
  availableBytes: number,
): number {
  const layers = layerTypes.filter((type) => type === 'full_attention').length;
  const bytesPerToken = layers * 2 * attention.numKeyValueHeads * attention.headDim * 4;
  const affordable = Math.floor((MEMORY_SHARE * availableBytes) / bytesPerToken);
  return Math.max(contextTokens, Math.min(maxSequences * USUAL_TOKENS, affordable));
}
