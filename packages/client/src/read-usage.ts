import { isObject, numberOrNull, objectOf } from './loose-json.ts';

/**
 * Tokens. Cached ones count among those of the prompt, reasoning and accepted drafts among those of the completion;
 * null: not told.
 */
export type Usage = {
  promptTokens: number;
  cachedTokens: number | null;
  completionTokens: number;
  reasoningTokens: number | null;
  acceptedDraftTokens: number | null;
  rejectedDraftTokens: number | null;
};

/** The `usage` of a reply; null where it has none. SGLang has the tokens of thinking at the top, others in details. */
export function readUsage(usage: unknown): Usage | null {
  if (!isObject(usage)) return null;
  const promptTokens = numberOrNull(usage.prompt_tokens);
  const completionTokens = numberOrNull(usage.completion_tokens);
  if (promptTokens === null || completionTokens === null) return null;
  const details = objectOf(usage.completion_tokens_details);
  return {
    promptTokens,
    cachedTokens: numberOrNull(objectOf(usage.prompt_tokens_details).cached_tokens),
    completionTokens,
    reasoningTokens: numberOrNull(details.reasoning_tokens) ?? numberOrNull(usage.reasoning_tokens),
    acceptedDraftTokens: numberOrNull(details.accepted_prediction_tokens),
    rejectedDraftTokens: numberOrNull(details.rejected_prediction_tokens),
  };
}
