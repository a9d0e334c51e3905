import type { SourceCall, SourceResult } from './chat-source.ts';

/** Calls of tools in OpenAI's form, as messages and `--json` have them. */
export function sourceCalls(calls: SourceResult['toolCalls']): SourceCall[] {
  return calls.map(({ id, name, arguments: text }) => ({ id, type: 'function', function: { name, arguments: text } }));
}
