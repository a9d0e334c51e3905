import type { AnswerPrinter } from './answer-printer.ts';
import type { SourceAnswer, SourceResult } from './chat-source.ts';

export type FollowedAnswer = SourceResult & {
  /** Since the process began. */
  firstTokenSeconds: number;
};

/** Prints an answer as it comes, and gives it whole. */
export async function followAnswer(answer: SourceAnswer, printer: AnswerPrinter | null): Promise<FollowedAnswer> {
  let firstTokenSeconds = 0;
  try {
    for await (const event of answer) {
      firstTokenSeconds ||= performance.now() / 1000;
      printer?.show(event);
    }
  } finally {
    printer?.end();
  }
  return { ...(await answer.result), firstTokenSeconds };
}
