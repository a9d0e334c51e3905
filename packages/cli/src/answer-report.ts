import type { SourceResult, Spent } from './chat-source.ts';
import { sourceCalls } from './source-calls.ts';
import { decodeRate, prefillRate } from './speeds.ts';

/** Tokens and speed of the answers to one prompt. Null: a server does not tell. */
export type AnswerReport = {
  usage: {
    prompt_tokens: number | null;
    completion_tokens: number | null;
    reasoning_tokens: number | null;
    accepted_prediction_tokens: number | null;
    rejected_prediction_tokens: number | null;
  };
  timings: { load_s: number; first_token_s: number; prefill_tok_s: number | null; decode_tok_s: number | null };
};

/** When things happened, in seconds since the process began. */
export type Moments = { loadSeconds: number; firstTokenSeconds: number };

/** An answer as `--json` prints it; calls of tools in OpenAI's form. */
export function answerJson({ content, reasoning, finishReason, toolCalls }: SourceResult): object {
  const calls = toolCalls.length > 0 && { tool_calls: sourceCalls(toolCalls) };
  return { text: content, reasoning, finish_reason: finishReason, ...calls };
}

/** The prompt, read once, and all answers together. */
export function reportAnswers(spent: Spent, count: number, { loadSeconds, firstTokenSeconds }: Moments): AnswerReport {
  const { usage } = spent;
  return {
    usage: {
      prompt_tokens: usage?.promptTokens ?? null,
      completion_tokens: usage?.completionTokens ?? null,
      reasoning_tokens: usage?.reasoningTokens ?? null,
      accepted_prediction_tokens: usage?.acceptedDraftTokens ?? null,
      rejected_prediction_tokens: usage?.rejectedDraftTokens ?? null,
    },
    timings: {
      load_s: loadSeconds,
      first_token_s: firstTokenSeconds,
      prefill_tok_s: prefillRate(spent),
      decode_tok_s: decodeRate(spent, count),
    },
  };
}

/** The report as one line for people. */
export function describeReport({ usage, timings }: AnswerReport): string {
  const { prefill_tok_s: prefill, decode_tok_s: decode } = timings;
  const accepted = usage.accepted_prediction_tokens ?? 0;
  const drafted = accepted + (usage.rejected_prediction_tokens ?? 0);
  const parts = [
    ...(usage.prompt_tokens === null ? [] : [`${usage.prompt_tokens} + ${usage.completion_tokens} tokens`]),
    ...(prefill === null ? [] : [`prefill ${prefill.toFixed(1)} tok/s`]),
    ...(decode === null ? [] : [`decode ${decode.toFixed(1)} tok/s`]),
    ...(drafted === 0 ? [] : [`${accepted} of ${drafted} drafts accepted`]),
    `first token after ${timings.first_token_s.toFixed(2)} s`,
  ];
  return parts.join(' · ');
}
