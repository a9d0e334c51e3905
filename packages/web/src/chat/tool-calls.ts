import type { CalledTool } from '@lantern/client';
import type { AssistantMessage, ChatSettings, Message } from '../store/records.ts';

/** So many answers with calls in a row get their results by themselves; a model may call for ever. */
export const MOST_ROUNDS = 8;

/** The calls of an answer that came whole. Those of an answer that was cut off have no proper arguments to go on from. */
export function wholeCalls({ toolCalls }: AssistantMessage): CalledTool[] {
  return toolCalls.filter(({ arguments: text }) => isJson(text));
}

/** The result of every call where one was set for its function, else null. An empty one is not written yet. */
export function knownResults(answer: AssistantMessage, { toolResults }: ChatSettings): (string | null)[] {
  return wholeCalls(answer).map(({ name }) => {
    const result = Object.hasOwn(toolResults, name) ? toolResults[name]! : '';
    return result.trim() === '' ? null : result;
  });
}

/** How many answers since the person's last message called functions. */
export function roundsOfCalls(path: readonly Message[]): number {
  const since = path.slice(path.findLastIndex(({ role }) => role === 'user') + 1);
  return since.filter((message) => message.role === 'assistant' && message.toolCalls.length > 0).length;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
