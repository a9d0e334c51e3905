import type { ChatResult } from '@lantern/engine';
import { AnswerPrinter } from '../answer-printer.ts';
import { dim } from '../dim.ts';
import { onInterrupt } from '../interruption.ts';
import { printable } from '../printable.ts';
import type { Conversation } from './conversation.ts';
import { HistoryFile, historyPath } from './history-file.ts';
import { LineInput } from './line-input.ts';
import { readLine, slashCommandNames } from './slash-commands.ts';
import { WaitingNote } from './waiting-note.ts';

const out = process.stdout;

/** Whether there is somebody to chat with: a terminal at both ends that can move its cursor. */
export function isAtTerminal(): boolean {
  return process.stdin.isTTY && out.isTTY && process.env.TERM !== 'dumb';
}

/** Talks with the user at the terminal until they leave. */
export async function chatAtTerminal(conversation: Conversation, name: string): Promise<void> {
  const history = new HistoryFile(historyPath());
  using input = new LineInput({ history: history.load(), words: slashCommandNames });
  onInterrupt(() => input.interrupt());
  tell(`${name} · context ${conversation.contextTokens.toLocaleString('en-US')} tokens · /help for commands\n`);
  for (;;) {
    const line = await input.read();
    if (line === null) return;
    if (line.trim() === '') continue;
    history.append(line);
    const meaning = readLine(line, conversation);
    if ('end' in meaning) return;
    if ('note' in meaning) tell(meaning.note);
    else await input.interruptible((signal) => answer(conversation, meaning.message, signal));
    out.write('\n');
  }
}

async function answer(conversation: Conversation, message: string, signal: AbortSignal): Promise<void> {
  const printer = new AnswerPrinter({ error: out });
  const waiting = new WaitingNote(out);
  try {
    const result = await conversation.ask(message, signal, (event) => {
      waiting.clear();
      printer.show(event);
    });
    waiting.clear();
    printer.end();
    const ending = result ? lengthNote(conversation, result) : 'stopped';
    if (ending !== null) tell(ending);
  } catch (error) {
    waiting.clear();
    printer.end();
    if (!(error instanceof Error && error.name === 'LanternError')) throw error;
    const { code, remedy } = error as Error & { code?: string; remedy?: string };
    tell(error.message);
    if (code === 'context-overflow')
      tell('/reset forgets the conversation; lantern chat --context TOKENS makes more room');
    else if (remedy) tell(remedy);
  }
}

/** Why an answer is not whole; null where it is. */
function lengthNote({ contextTokens }: Conversation, { finishReason, usage }: ChatResult): string | null {
  if (finishReason !== 'length') return null;
  return usage.promptTokens + usage.completionTokens >= contextTokens
    ? `the context of ${contextTokens} tokens is full; /reset forgets the conversation, lantern chat --context TOKENS makes more room`
    : `cut off after ${usage.completionTokens} tokens, the --max-tokens of this chat`;
}

/** Tells the user something that is not the model's. */
function tell(text: string): void {
  out.write(`${dim(printable(text), out)}\n`);
}
