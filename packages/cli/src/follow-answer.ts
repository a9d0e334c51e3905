import type { ChatResult, ChatStream } from '@lantern/engine';
import type { AnswerPrinter } from './answer-printer.ts';

export type FollowedAnswer = ChatResult & {
  /** Since the process began. */
  firstTokenSeconds: number;
};

/** Prints an answer as it comes, and gives it whole. */
export async function followAnswer(stream: ChatStream, printer: AnswerPrinter | null): Promise<FollowedAnswer> {
  let firstTokenSeconds = 0;
  try {
    for await (const event of stream) {
      firstTokenSeconds ||= performance.now() / 1000;
      printer?.show(event);
    }
  } finally {
    printer?.end();
  }
  return { ...(await stream.result), firstTokenSeconds };
}
