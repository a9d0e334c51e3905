import { createInterface } from 'node:readline';
import { AnswerPrinter } from '../answer-printer.ts';
import type { Conversation } from './conversation.ts';
import { readLine } from './slash-commands.ts';

/**
 * Answers every line of standard input, in order: the answers go to standard output, all else to standard error. Throws
 * the reason of `signal`.
 */
export async function chatByLine(conversation: Conversation, signal: AbortSignal): Promise<void> {
  const lines = createInterface({ input: process.stdin, signal, crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const meaning = readLine(line, conversation);
    if ('end' in meaning) break;
    if ('note' in meaning) {
      process.stderr.write(`${meaning.note}\n`);
      continue;
    }
    const printer = new AnswerPrinter({ plain: true });
    try {
      await conversation.ask(meaning.message, signal, (event) => printer.show(event));
    } finally {
      printer.end();
    }
    signal.throwIfAborted();
  }
  signal.throwIfAborted();
}
