import assert from 'node:assert/strict';
import { parseExactJson } from '../exact-json.ts';
import { exactJsonText } from '../exact-json-text.ts';
import type { ToolDefinition } from '../messages.ts';
import { ToolCallParser } from './tool-call-parser.ts';

// For tests of tool calls.

function tool(name: string, properties: { [name: string]: unknown }): ToolDefinition {
  return { type: 'function', function: { name, parameters: { type: 'object', properties } } };
}

const text = { type: 'string' };
/** The tools of `parse`. */
export const tools = [
  tool('f', { s: text, t: text, n: { type: 'integer' }, o: { type: 'object' }, u: { type: ['string', 'null'] } }),
  { name: 'g', parameters: { $ref: '#/$defs/G', $defs: { G: { properties: { x: { type: 'number' } } } } } },
  tool('ping', {}),
  { type: 'function', function: { name: 'bare' } },
];

/** An answer in short: content, and calls as `name{arguments}`, in their order. */
export type Said = (string | { [name: string]: string })[];

/** Parses an answer in pieces, checks what is true of all events, and joins what belongs together. */
export function parse(pieces: readonly string[], known: readonly ToolDefinition[] = tools): Said {
  let ids = 0;
  const parser = new ToolCallParser(known, () => `id-${ids++}`);
  const steps = [...pieces.map((piece) => parser.push(piece)), parser.end()];
  const said: Said = [];
  let open: { index: number; id: string; name: string; text: string } | null = null;
  let calls = 0;
  for (const events of steps) {
    for (const [at, event] of events.entries()) {
      const isPiece = event.type === 'content' || event.type === 'tool-call-arguments';
      assert.ok(!isPiece || events[at - 1]?.type !== event.type, 'neighbours within a step are one event');
      if (event.type === 'content') {
        assert.equal(open, null);
        assert.notEqual(event.text, '');
        const last = said.at(-1);
        if (typeof last === 'string') said[said.length - 1] = last + event.text;
        else said.push(event.text);
      } else if (event.type === 'tool-call-start') {
        assert.equal(open, null);
        open = { index: event.index, id: event.id, name: event.name, text: '' };
        assert.deepEqual([event.index, event.id], [calls, `id-${calls}`]);
        calls++;
      } else if (event.type === 'tool-call-arguments') {
        assert.ok(open && event.text.isWellFormed());
        assert.equal(event.index, open.index);
        open.text += event.text;
      } else {
        assert.ok(event.type === 'tool-call-end' && open);
        assert.equal(event.index, open.index);
        assert.deepEqual(event.call, { id: open.id, name: open.name, arguments: open.text });
        JSON.parse(open.text);
        said.push({ [open.name]: open.text });
        open = null;
      }
    }
  }
  assert.equal(open, null, 'every call ends');
  return said;
}

/** Parses an answer whole, character by character and cut in two at every place; all must say the same. */
export function parseAnyhow(answer: string, known: readonly ToolDefinition[] = tools): Said {
  const whole = parse([answer], known);
  assert.deepEqual(parse(answer.split(''), known), whole, 'character by character');
  for (let cut = 0; cut <= answer.length; cut++) {
    assert.deepEqual(parse([answer.slice(0, cut), answer.slice(cut)], known), whole, `cut at ${cut}`);
  }
  return whole;
}

/** A call as the template writes it. */
export function call(name: string, args: { [name: string]: string } = {}): string {
  const parameters = Object.entries(args).map(([key, value]) => `<parameter=${key}>\n${value}\n</parameter>\n`);
  return `<tool_call>\n<function=${name}>\n${parameters.join('')}</function>\n</tool_call>`;
}

/** A call to write about. */
export const example = call('f', { s: 'x' });
/** JSON text as arguments have it. */
export const json = (value: unknown): string => exactJsonText(parseExactJson(JSON.stringify(value), 'x'));
