/** A tag of the call format, or text between tags; `raw` as it was written, `name` what a tag names. */
export type CallToken = {
  readonly kind: 'text' | 'tool_call' | '/tool_call' | 'function' | '/function' | 'parameter' | '/parameter';
  readonly raw: string;
  readonly name: string;
};

/** Names may hold anything but what would make a forgotten `>` swallow text: line breaks and angle brackets. */
const LONGEST_NAME = 256;
const tag = new RegExp(
  `<(?:(/?tool_call|/function|/parameter)|(function|parameter)=([^<>\\r\\n]{1,${LONGEST_NAME}}))>`,
  'y',
);
const namePart = new RegExp(`^<(?:function|parameter)=[^<>\\r\\n]{0,${LONGEST_NAME}}$`);
const bareTags = ['<tool_call>', '</tool_call>', '</function>', '</parameter>', '<function=', '<parameter='];
const LONGEST_PART = '<parameter='.length + LONGEST_NAME;

/** Cuts streamed text into tags and the text between them, text in pieces as it comes. */
export class ToolCallTokens {
  #held = '';

  /** What is certain after this piece. The beginning of a tag is held back, and the first half of a surrogate pair. */
  push(text: string): CallToken[] {
    const rest = this.#held + text;
    this.#held = '';
    const tokens: CallToken[] = [];
    let done = 0;
    const addText = (end: number): void => {
      if (end > done) tokens.push(textToken(rest.slice(done, end)));
    };
    for (let open = rest.indexOf('<'); open >= 0; open = rest.indexOf('<', Math.max(done, open + 1))) {
      tag.lastIndex = open;
      const found = tag.exec(rest);
      if (found) {
        const [raw, bare, named, name = ''] = found;
        addText(open);
        tokens.push({ kind: (bare ?? named) as CallToken['kind'], raw, name });
        done = tag.lastIndex;
      } else if (isPart(rest, open)) {
        addText(open);
        this.#held = rest.slice(open);
        return tokens;
      }
    }
    const end = rest.length - (endsInHalf(rest) ? 1 : 0);
    addText(end);
    this.#held = rest.slice(end);
    return tokens;
  }

  /** What was held back, now that nothing follows. It begins with `<` when it is the beginning of a tag. */
  end(): string {
    const held = this.#held;
    this.#held = '';
    return held;
  }
}

export function textToken(raw: string): CallToken {
  return { kind: 'text', raw, name: '' };
}

/** Length of the white space at the start of text. Of all blanks only those of ASCII separate what is not content. */
export function blankLength(text: string): number {
  return /^[ \t\n\v\f\r]*/.exec(text)![0].length;
}

/** Length of the white space at the end of text. */
export function trailingBlankLength(text: string): number {
  let start = text.length;
  while (start > 0 && isBlank(text[start - 1]!)) start--;
  return text.length - start;
}

export function isBlank(text: string): boolean {
  return blankLength(text) === text.length;
}

/** Whether text from `open` on may be the beginning of a tag that is not all there. */
function isPart(text: string, open: number): boolean {
  if (text.length - open > LONGEST_PART) return false;
  const part = text.slice(open);
  return bareTags.some((whole) => whole.startsWith(part)) || namePart.test(part);
}

function endsInHalf(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}
