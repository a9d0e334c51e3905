import { type CallToken, isBlank, textToken } from './tool-call-tokens.ts';

/** New text of a value; `rest`, once the value has ended, is what was read beyond it. */
export type ValueStep = { readonly text: string; readonly rest: readonly CallToken[] | null };

/** What is known of the call around a value. */
export type ValueSurroundings = {
  /** Whether a parameter is declared and not yet given; undefined for a tool that declares none. */
  readonly expects: (parameter: string) => boolean | undefined;
  readonly isTool: (name: string) => boolean;
};

type Kind = CallToken['kind'];
/** What must follow a closing tag, blanks aside, for it to end a value. The end of the answer does for each. */
const FOLLOWERS: { readonly [closer in Kind]?: readonly Kind[] } = {
  '/parameter': ['parameter', '/function', '/tool_call', 'tool_call'],
  '/function': ['/tool_call', 'tool_call', 'function'],
  '/tool_call': ['tool_call', 'function'],
};

/** What comes next in the end of a call. */
const CALL_END: { readonly [closer in Kind]?: Kind } = { '/parameter': '/function', '/function': '/tool_call' };

/**
 * Finds the end of a parameter's value while it streams, and takes off the one line break at either end.
 *
 * A value may be code about tools, so tags end it only where they make sense: see `FOLLOWERS`. Without `</parameter>`
 * other tags end it at the start of a line only, `<parameter=` only for a parameter that is expected. A whole call
 * written in a value, `<tool_call>` to `</tool_call>`, is part of it; should the answer end right after such a call,
 * then it was the beginning of it that was text, and its end is real.
 */
export class ParameterValue {
  readonly #around: ValueSurroundings;
  /** The line break before the value; a carriage return at its end goes only if there is one here. */
  #opening: '' | '\n' | '\r\n' | null = null;
  #isEmpty = true;
  #atLineStart = false;
  /** A line break that is part of the value unless the value ends there. */
  #break = '';
  /** Closing tags that may end the value, and their text with blanks. */
  #closers: CallToken[] = [];
  #closersText = '';
  #closesAtLineStart = false;
  /** Calls begun in the value. */
  #depth = 0;
  #sawCallTag = false;

  constructor(around: ValueSurroundings) {
    this.#around = around;
  }

  read(token: CallToken): ValueStep {
    const last = this.#closers.at(-1);
    if (!last) return this.#readOpen(token, '');
    if (token.kind === 'text' && isBlank(token.raw)) {
      this.#closersText += token.raw;
      return { text: '', rest: null };
    }
    if (this.#confirms(last.kind, token)) return this.#ended([...this.#closers, token]);
    if (this.#depth > 0 && CALL_END[last.kind] === token.kind) {
      this.#hold(token);
      return { text: '', rest: null };
    }
    // The tags held are text after all.
    if (this.#depth > 0 && last.kind === '/tool_call') this.#depth--;
    const text = this.#add(this.#closersText);
    this.#closers = [];
    this.#closersText = '';
    return this.#readOpen(token, text);
  }

  /** Nothing follows; `cut` is the beginning of a tag, or half a character. After a line break it counts as the tag. */
  end(cut: string): ValueStep {
    const isTag = cut.startsWith('<') && (this.#closers.length > 0 || this.#atLineStart);
    const text = isTag || cut === '' ? '' : this.read(textToken(cut)).text;
    const { text: last, rest } = this.#ended(this.#closers);
    return { text: text + last, rest };
  }

  /** Reads what follows text of the value. `before` is new text. */
  #readOpen(token: CallToken, before: string): ValueStep {
    const { kind, raw, name } = token;
    const isPlain = this.#atLineStart && this.#depth === 0;
    if (kind === '/parameter' || (isPlain && (kind === '/function' || kind === '/tool_call'))) {
      this.#hold(token);
      return { text: before, rest: null };
    }
    if (isPlain && kind === 'parameter' && this.#around.expects(name)) {
      const { text, rest } = this.#ended([token]);
      return { text: before + text, rest };
    }
    if (kind === '/tool_call' && this.#depth > 0) this.#depth--;
    if (kind === 'function' && this.#sawCallTag) this.#depth++;
    if (kind !== 'text' || !isBlank(raw)) this.#sawCallTag = kind === 'tool_call' && this.#atLineStart;
    return { text: before + this.#add(raw), rest: null };
  }

  #hold(closer: CallToken): void {
    if (this.#closers.length === 0) this.#closesAtLineStart = this.#atLineStart;
    this.#closers.push(closer);
    this.#closersText += closer.raw;
  }

  /** Whether `token` makes the closing tag before it the end of the value. */
  #confirms(closer: Kind, token: CallToken): boolean {
    const { kind, name } = token;
    if (!FOLLOWERS[closer]?.includes(kind)) return false;
    if (closer !== '/parameter') {
      if (this.#depth > 0) return false;
      if (kind === '/tool_call') return true;
      // Without `</parameter>`, the next call must begin a line as the tag before it does.
      return this.#closersText.endsWith('\n') && (kind === 'tool_call' || this.#around.isTool(name));
    }
    const expected = kind === 'parameter' ? this.#around.expects(name) : undefined;
    const beginsOnLine = this.#opening !== '' && this.#opening !== null;
    // A value on lines of its own ends on one: tags in a row within a line are code.
    if (beginsOnLine && !this.#closesAtLineStart && !this.#closersText.includes('\n')) return false;
    if (this.#depth > 0) return expected === true;
    // The template writes two line breaks around nothing. After only one, the tag may be text.
    return !(beginsOnLine && this.#isEmpty && expected === false);
  }

  /** Takes raw text into the value and returns what is certain of it. */
  #add(raw: string): string {
    let text = this.#break + raw;
    this.#break = '';
    if (this.#opening === null) {
      if (text === '\r') {
        this.#break = text;
        return '';
      }
      this.#opening = text.startsWith('\r\n') ? '\r\n' : text.startsWith('\n') ? '\n' : '';
      text = text.slice(this.#opening.length);
    }
    this.#atLineStart = raw.endsWith('\n');
    if (text !== '') this.#isEmpty = false;
    const hasReturns = this.#opening === '\r\n';
    let end = text.length;
    if (text[end - 1] === '\n') end--;
    if (hasReturns && text[end - 1] === '\r') end--;
    this.#break = text.slice(end);
    return text.slice(0, end);
  }

  #ended(rest: readonly CallToken[]): ValueStep {
    // A carriage return alone is no line break.
    return { text: this.#break === '\r' ? '\r' : '', rest };
  }
}
