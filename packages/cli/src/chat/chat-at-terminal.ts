import { AnswerPrinter } from '../answer-printer.ts';
import { describeFailure } from '../describe-failure.ts';
import { dim } from '../dim.ts';
import { onInterrupt } from '../interruption.ts';
import { printable } from '../printable.ts';
import type { Conversation, ConversationAnswer } from './conversation.ts';
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
  const { contextTokens } = conversation.source;
  const context = contextTokens === null ? '' : ` · context ${contextTokens.toLocaleString('en-US')} tokens`;
  tell(`${name}${context} · /help for commands\n`);
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
    const ending = result ? endingNote(conversation, result) : 'stopped';
    if (ending !== null) tell(ending);
  } catch (error) {
    waiting.clear();
    printer.end();
    const failure = describeFailure(error);
    if (!failure) throw error;
    tell(failure.message);
    if (failure.code === 'context-overflow' || failure.code === 'context_length_exceeded') tell(roomNote(conversation));
    else if (failure.remedy) tell(failure.remedy);
  }
}

/** Why an answer is not whole; null where it is. */
function endingNote(conversation: Conversation, { finishReason, usage }: ConversationAnswer): string | null {
  if (finishReason === 'stop' || finishReason === 'tool_calls') return null;
  if (finishReason !== 'length') return `the server ended the answer: ${finishReason}`;
  const { contextTokens } = conversation.source;
  if (usage && contextTokens !== null && usage.promptTokens + usage.completionTokens >= contextTokens)
    return `the context of ${contextTokens} tokens is full; ${roomNote(conversation)}`;
  const limit = conversation.maxTokens === null ? 'the longest answer of the server' : 'the --max-tokens of this chat';
  return usage ? `cut off after ${usage.completionTokens} tokens, ${limit}` : `cut off, ${limit}`;
}

/** What helps where the context is full. */
function roomNote({ source: { contextRemedy } }: Conversation): string {
  return ['/reset forgets the conversation', contextRemedy].filter((text) => text !== null).join(', ');
}

/** Tells the user something that is not the model's. */
function tell(text: string): void {
  out.write(`${dim(printable(text), out)}\n`);
}
