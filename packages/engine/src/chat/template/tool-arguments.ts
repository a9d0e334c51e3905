import { shown } from '../../checkpoint/json.ts';
import { LanternError } from '../../errors.ts';
import { parseExactJson } from '../exact-json.ts';

/**
 * A message as templates want it: where `arguments` of a tool call are JSON text, as OpenAI clients send them, they
 * are parsed, numbers and key order kept. Anything else passes unchanged. `index` is the message's place, for errors.
 */
export function withParsedArguments(message: unknown, index: number): unknown {
  const fields = entriesOf(message);
  const calls = fields?.get('tool_calls');
  if (!fields || !Array.isArray(calls)) return message;
  const parsed = calls.map((item: unknown, at) => {
    const where = `messages[${index}].tool_calls[${at}]`;
    const call = entriesOf(item);
    const wrapped = entriesOf(call?.get('function'));
    if (!call) return item;
    return wrapped ? call.set('function', parseArguments(wrapped, `${where}.function`)) : parseArguments(call, where);
  });
  return fields.set('tool_calls', parsed);
}

function parseArguments(call: Map<string, unknown>, where: string): Map<string, unknown> {
  const text = call.get('arguments');
  if (typeof text !== 'string') return call;
  // Clients write '' for a call without arguments.
  const value = text.trim() === '' ? new Map() : parseExactJson(text, `${where}.arguments`);
  if (value instanceof Map) return call.set('arguments', value);
  throw new LanternError(
    'bad-input',
    `${where}.arguments is the JSON text ${shown(text)}; the text of a JSON object is expected`,
    'Give an object from parameter names to values, or its JSON text.',
  );
}

/** A fresh map of an object's entries, or undefined for what is no object. */
function entriesOf(value: unknown): Map<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map<string, unknown>(value instanceof Map ? value : Object.entries(value));
}
