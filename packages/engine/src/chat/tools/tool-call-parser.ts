import { isJsonObject } from '../../checkpoint/json.ts';
import type { AnswerEvent } from '../chat-types.ts';
import { exactJsonText } from '../exact-json-text.ts';
import type { ToolDefinition } from '../messages.ts';
import { jsonCall } from './json-call.ts';
import { ParameterValue, type ValueStep } from './parameter-value.ts';
import { type OpenCall, ToolCallEvents } from './tool-call-events.ts';
import {
  blankLength,
  type CallToken,
  isBlank,
  ToolCallTokens,
  textToken,
  trailingBlankLength,
} from './tool-call-tokens.ts';

/**
 * Sorts the text of an answer into content and tool calls while it streams:
 * `<tool_call>`, `<function=NAME>`, for each argument `<parameter=KEY>` VALUE `</parameter>`, `</function>`,
 * `</tool_call>`. Arguments come as JSON text, typed by the schema of the tool.
 *
 * - White space directly before a call, and blank text between and after calls, is not content.
 * - `<tool_call>` that no `<function=` follows is content, unless a whole call as a JSON object does.
 * - `<function=` of a known tool opens a call on its own at the start of the answer or of a line, or after a call.
 * - Closing tags may be missing. Where values end, `ParameterValue` tells; other text in a call ends it, as content.
 * - Any name is a call within `<tool_call>`; arguments of a tool or a parameter without a schema are strings.
 * - An answer that ends within a call, cut at its longest length, still gives the call with what came of it:
 *   strings and the object are closed, a tag begun on a line of its own is dropped, a value not begun is left out, and
 *   a number, object or list that is no JSON yet becomes a string.
 */
export class ToolCallParser {
  /** Schemas of the parameters. */
  readonly #tools = new Map<string, unknown>();
  readonly #tokens = new ToolCallTokens();
  readonly #events: ToolCallEvents;
  /** The open call and its open value. */
  #call: OpenCall | null = null;
  #value: ParameterValue | null = null;
  /** `<tool_call>` and what came after it, content unless it is a call; with the `{` of a JSON object or without. */
  #held = '';
  #holdsJson = false;
  /** White space that is content unless a call follows. */
  #blank = '';
  #atLineStart = true;
  /** Whether only blanks came since the last call; a `</tool_call>` then belongs to it. */
  #isAfterCall = false;

  /** `newId` makes the ids of calls. */
  constructor(tools: readonly ToolDefinition[], newId: () => string = randomId) {
    for (const tool of tools) {
      const { name, parameters } = isJsonObject(tool.function) ? tool.function : tool;
      if (typeof name === 'string' && !this.#tools.has(name)) this.#tools.set(name, parameters);
    }
    this.#events = new ToolCallEvents(newId);
  }

  /** What is certain after this piece of text. */
  push(text: string): AnswerEvent[] {
    for (const token of this.#tokens.push(text)) this.#read(token);
    return this.#events.take();
  }

  /** What was held back, now that nothing follows. */
  end(): AnswerEvent[] {
    const cut = this.#tokens.end();
    const mayClose = this.#isAfterCall && '</tool_call>'.startsWith(cut);
    if (this.#call && this.#value) this.#readValue(this.#call, this.#value.end(cut), true);
    else if (cut !== '' && !(cut.startsWith('<') && (this.#call || mayClose))) this.#read(textToken(cut));
    if (this.#call) this.#finish(this.#call);
    if (this.#held !== '') this.#readHeld(null);
    if (!this.#isAfterCall) this.#events.content(this.#blank);
    return this.#events.take();
  }

  #read(token: CallToken): void {
    if (this.#call && this.#value) this.#readValue(this.#call, this.#value.read(token), false);
    else if (this.#call) this.#readInCall(this.#call, token);
    else if (this.#held !== '') this.#readHeld(token);
    else this.#readContent(token);
  }

  #readContent({ kind, raw, name }: CallToken): void {
    if (kind === 'tool_call') {
      this.#held = raw;
    } else if (kind === 'function' && this.#tools.has(name) && (this.#atLineStart || this.#isAfterCall)) {
      this.#start(name);
    } else if (kind === '/tool_call' && this.#isAfterCall) {
      this.#blank = '';
    } else {
      this.#text(raw);
    }
  }

  /** Reads what follows `<tool_call>`; null is the end. */
  #readHeld(token: CallToken | null): void {
    if (token && this.#holds(token)) {
      this.#held += token.raw;
      this.#atLineStart = token.raw.endsWith('\n');
      return;
    }
    const held = this.#held;
    const isJson = this.#holdsJson;
    this.#held = '';
    this.#holdsJson = false;
    if (token?.kind === 'function' && !isJson) {
      this.#start(token.name);
      return;
    }
    const found = isJson ? jsonCall(held.slice('<tool_call>'.length)) : null;
    if (found) {
      const call = this.#start(found.name);
      for (const [name, value] of found.arguments)
        this.#events.arguments(call, call.written.put(name, exactJsonText(value)));
      this.#finish(call);
    } else {
      this.#text(held);
    }
    if (token) this.#read(token);
  }

  #holds({ kind, raw }: CallToken): boolean {
    if (this.#holdsJson) return kind !== '/tool_call' && !(kind === 'tool_call' && this.#atLineStart);
    if (kind !== 'text') return false;
    this.#holdsJson = raw[blankLength(raw)] === '{';
    return this.#holdsJson || isBlank(raw);
  }

  /** Reads what is between parameters. */
  #readInCall(call: OpenCall, token: CallToken): void {
    const { kind, raw, name } = token;
    if (kind === 'text' && isBlank(raw)) {
      this.#blank += raw;
    } else if (kind === 'parameter') {
      this.#blank = '';
      call.written.open(name);
      this.#value = new ParameterValue({
        expects: (parameter) => call.written.expects(parameter),
        isTool: (tool) => this.#tools.has(tool),
      });
    } else if (kind === '/function' || kind === '/tool_call') {
      this.#blank = '';
      this.#finish(call);
    } else if (kind !== '/parameter') {
      this.#finish(call);
      this.#read(token);
    }
  }

  #readValue(call: OpenCall, { text, rest }: ValueStep, isLast: boolean): void {
    this.#events.arguments(call, call.written.add(text));
    if (!rest) return;
    this.#value = null;
    this.#events.arguments(call, call.written.close({ isCut: isLast && rest.length === 0 }));
    for (const token of rest) this.#read(token);
  }

  #start(name: string): OpenCall {
    this.#held = '';
    this.#blank = '';
    this.#call = this.#events.start(name, this.#tools.get(name));
    return this.#call;
  }

  #finish(call: OpenCall): void {
    this.#events.finish(call);
    this.#call = null;
    this.#isAfterCall = true;
  }

  #text(raw: string): void {
    const end = raw.length - trailingBlankLength(raw);
    this.#atLineStart = raw.endsWith('\n');
    if (end === 0) {
      this.#blank += raw;
      return;
    }
    const text = this.#blank + raw.slice(0, end);
    this.#blank = raw.slice(end);
    // Content does not begin with what separated it from a call.
    this.#events.content(this.#isAfterCall && !this.#events.hasContent ? text.slice(blankLength(text)) : text);
    this.#isAfterCall = false;
  }
}

const ID_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz234567';

function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return `call_${Array.from(bytes, (byte) => ID_CHARACTERS[byte % ID_CHARACTERS.length]).join('')}`;
}
