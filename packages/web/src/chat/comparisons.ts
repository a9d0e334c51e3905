import { newId } from '../lib/new-id.ts';
import type { AssistantMessage, ChatSettings, Comparison, Conversation, UserMessage } from '../store/records.ts';
import { conversations, newConversation, regenerate, send, stop } from './chat-actions.ts';

/** Begins a comparison, a column for each of these settings. It is kept from its first question on. */
export function newComparison(settings: readonly ChatSettings[]): Comparison {
  const id = newId();
  const columns = settings.map((each, column) => ({ ...newConversation(each), comparison: { id, column } }));
  return { id, updatedAt: Date.now(), columns };
}

/** Asks every column the same, at once. */
export function askAll({ columns }: Comparison, text: string): void {
  for (const column of columns) void send(column, { text, files: [] });
}

/** Asks for the last answer of every column again. */
export function answerAllAgain({ columns }: Comparison): void {
  for (const column of columns) {
    const answer = lastAnswer(column);
    if (answer) void regenerate(answer);
  }
}

/** Stops every answer that comes. */
export function stopAll({ columns }: Comparison): void {
  for (const { leafId } of columns) if (leafId !== null) stop(leafId);
}

export function deleteComparison({ columns }: Comparison): void {
  for (const { id } of columns) conversations.deleteConversation(id);
}

/** A question and what one column answered. */
export type Turn = { question: UserMessage; answers: AssistantMessage[] };

/** The branch that a column shows, question by question. */
export function turnsOf({ id }: Conversation): Turn[] {
  const turns: Turn[] = [];
  for (const message of conversations.path(id)) {
    if (message.role === 'user') turns.push({ question: message, answers: [] });
    if (message.role === 'assistant') turns.at(-1)?.answers.push(message);
  }
  return turns;
}

function lastAnswer(column: Conversation): AssistantMessage | undefined {
  return turnsOf(column).at(-1)?.answers.at(-1);
}
