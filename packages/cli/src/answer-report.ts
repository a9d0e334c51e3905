import type { ChatResult } from '@lantern/engine';
import type { FollowedAnswer } from './follow-answer.ts';

/** Tokens and speed of the answers to one prompt. */
export type AnswerReport = {
  usage: { prompt_tokens: number; completion_tokens: number; reasoning_tokens: number };
  timings: { load_s: number; first_token_s: number; prefill_tok_s: number; decode_tok_s: number | null };
};

/** An answer as `--json` prints it; calls of tools in OpenAI's form. */
export function answerJson({ content, reasoning, finishReason, message }: ChatResult): object {
  const { tool_calls } = message;
  return { text: content, reasoning, finish_reason: finishReason, ...(tool_calls && { tool_calls }) };
}

/** The prompt, read once, and all answers together. */
export function reportAnswers(answers: readonly FollowedAnswer[], loadSeconds: number): AnswerReport {
  const [first] = answers;
  const { usage, timings, firstTokenSeconds } = first!;
  const sum = (count: (answer: FollowedAnswer) => number) => answers.reduce((total, item) => total + count(item), 0);
  // The first token of each is the prompt's work.
  const decoded = sum((answer) => answer.usage.completionTokens - 1);
  const seconds = Math.max(...answers.map((answer) => answer.timings.decodeSeconds));
  return {
    usage: {
      prompt_tokens: usage.promptTokens,
      completion_tokens: sum((answer) => answer.usage.completionTokens),
      reasoning_tokens: sum((answer) => answer.usage.reasoningTokens),
    },
    timings: {
      load_s: loadSeconds,
      first_token_s: firstTokenSeconds,
      prefill_tok_s: usage.promptTokens / timings.prefillSeconds,
      decode_tok_s: decoded > 0 ? decoded / seconds : null,
    },
  };
}

/** The report as one line for people. */
export function describeReport({ usage, timings }: AnswerReport): string {
  const parts = [
    `${usage.prompt_tokens} + ${usage.completion_tokens} tokens`,
    `prefill ${timings.prefill_tok_s.toFixed(1)} tok/s`,
    ...(timings.decode_tok_s === null ? [] : [`decode ${timings.decode_tok_s.toFixed(1)} tok/s`]),
    `first token after ${timings.first_token_s.toFixed(2)} s`,
  ];
  return parts.join(' · ');
}
