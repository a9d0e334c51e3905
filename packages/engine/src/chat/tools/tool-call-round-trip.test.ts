import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { LanternError } from '../../errors.ts';
import { type ExactJson, ExactNumber, type ExactObject, parseExactJson } from '../exact-json.ts';
import type { RenderOptions, ToolDefinition } from '../messages.ts';
import { ChatTemplate } from '../template/chat-template.ts';
import { pythonStrip } from '../template/python-text.ts';
import { ToolCallParser } from './tool-call-parser.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/chat/${name}`, import.meta.url), 'utf8');
const template = new ChatTemplate(fixture('chat_template.jinja'), { controlTokens: ['<|im_start|>', '<|im_end|>'] });
const golden = parseExactJson(fixture('golden.json'), 'golden.json') as ExactObject;

function typeOf(value: ExactJson): string {
  if (value instanceof ExactNumber) return value.isInteger ? 'integer' : 'number';
  if (value instanceof Map) return 'object';
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
}

/** A value with the order of its keys; numbers by what they are worth, since templates write 1e-5 as 1e-05. */
function comparable(value: ExactJson): unknown {
  if (value instanceof ExactNumber) return value.isInteger ? value.text : Number(value.text);
  if (value instanceof Map) return ['object', ...[...value].map(([key, item]) => [key, comparable(item)])];
  return Array.isArray(value) ? value.map(comparable) : value;
}

type Call = { name: string; args: ExactObject };

function callsOf(message: ExactObject): Call[] {
  return ((message.get('tool_calls') ?? []) as ExactObject[]).map((entry) => {
    const fn = (entry.get('function') ?? entry) as ExactObject;
    return { name: fn.get('name') as string, args: (fn.get('arguments') ?? new Map()) as ExactObject };
  });
}

/** A parser knows one schema for a tool; of calls that give a parameter other types, each type is allowed. */
function toolsOf(calls: readonly Call[]): ToolDefinition[] {
  const types = new Map<string, { [name: string]: { type: string[] } }>();
  for (const { name, args } of calls) {
    const properties = types.get(name) ?? {};
    types.set(name, properties);
    for (const [key, value] of args) {
      properties[key] ??= { type: [] };
      if (!properties[key].type.includes(typeOf(value))) properties[key].type.push(typeOf(value));
    }
  }
  return [...types].map(([name, properties]) => ({ name, parameters: { type: 'object', properties } }));
}

/** The last assistant turn as a model would have written it, or null where the template refuses the conversation. */
function lastTurn(messages: readonly ExactObject[], options: RenderOptions): string | null {
  try {
    const { text } = template.render(messages, { ...options, add_generation_prompt: false });
    const turn = text.slice(text.lastIndexOf('<|im_start|>assistant\n') + '<|im_start|>assistant\n'.length);
    assert.ok(turn.endsWith('<|im_end|>\n'));
    return turn.slice(0, -'<|im_end|>\n'.length).replace(/^<think>\n.*?\n<\/think>\n\n/s, '');
  } catch (error) {
    if (error instanceof LanternError && error.code === 'template-refused') return null;
    throw error;
  }
}

/** Content as the template writes it: trimmed, and without reasoning that it holds. */
function contentOf(message: ExactObject): string {
  const content = pythonStrip((message.get('content') as string | null) ?? '', null, 'strip');
  return content.includes('</think>') ? content.split('</think>').at(-1)!.replace(/^\n+/, '') : content;
}

type Read = { content: string; calls: [name: string, args: unknown][] };

function read(pieces: readonly string[], tools: readonly ToolDefinition[]): Read {
  const parser = new ToolCallParser(tools);
  const said: Read = { content: '', calls: [] };
  for (const event of [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end()]) {
    if (event.type === 'content') said.content += event.text;
    if (event.type !== 'tool-call-end') continue;
    said.calls.push([event.call.name, comparable(parseExactJson(event.call.arguments, 'arguments'))]);
  }
  return said;
}

test('what the template writes of a message is read as that message', () => {
  let compared = 0;
  for (const conversation of golden.get('conversations') as readonly ExactObject[]) {
    const messages = conversation.get('messages') as readonly ExactObject[];
    const options = Object.fromEntries(conversation.get('options') as ExactObject) as RenderOptions;
    for (const [at, message] of messages.entries()) {
      const calls = callsOf(message);
      if (message.get('role') !== 'assistant' || calls.length === 0) continue;
      const turn = lastTurn(messages.slice(0, at + 1), options);
      if (turn === null) {
        // What the template refuses has no text to read.
        assert.equal(typeof conversation.get('error'), 'string');
        continue;
      }
      const expected = {
        content: contentOf(message),
        calls: calls.map(({ name, args }) => [name, comparable(args)]),
      };
      for (const pieces of [[turn], turn.split('')]) {
        assert.deepEqual(read(pieces, toolsOf(calls)), expected, `${conversation.get('name')}, message ${at}`);
      }
      compared++;
    }
  }
  assert.ok(compared > 0);
});
