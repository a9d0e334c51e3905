const CLOSE = '</think>';
/** A call inside unfinished reasoning is meant as one: the reasoning ends there. */
const CALL = '<tool_call>';
/** What ends reasoning, each with the one newline before it that does not belong to the reasoning. */
const ENDINGS = [`\n${CLOSE}`, CLOSE, `\n${CALL}`, CALL];

/** Text of an answer, sorted. */
export type SplitText = { readonly reasoning: string; readonly content: string };

/**
 * Sorts the text of an answer into reasoning and content while it streams. Reasoning lasts to the first `</think>`,
 * without one newline at its start and one at its end; content begins after `</think>` and up to two newlines.
 * An answer that does not start in thinking is all content; one whose reasoning is never closed is all reasoning.
 */
export class ThinkingSplitter {
  #phase: 'reasoning starts' | 'reasoning' | 'newlines' | 'content';
  #held = '';
  #newlines = 2;

  /** `startsInThinking`: whether the answer begins inside a think block. */
  constructor({ startsInThinking }: { startsInThinking: boolean }) {
    this.#phase = startsInThinking ? 'reasoning starts' : 'content';
  }

  /** Whether the reasoning still goes on. */
  get inReasoning(): boolean {
    return this.#phase === 'reasoning starts' || this.#phase === 'reasoning';
  }

  /** What is certain after this piece of text. A tail that may be a tag, or a newline before one, is held back. */
  push(text: string): SplitText {
    let rest = this.#held + text;
    this.#held = '';
    let reasoning = '';
    if (this.#phase === 'reasoning starts' && rest !== '') {
      if (rest.startsWith('\n')) rest = rest.slice(1);
      this.#phase = 'reasoning';
    }
    if (this.#phase === 'reasoning') {
      const close = rest.indexOf(CLOSE);
      const call = rest.indexOf(CALL);
      if (close < 0 && call < 0) {
        const sure = rest.length - heldLength(rest);
        this.#held = rest.slice(sure);
        return { reasoning: rest.slice(0, sure), content: '' };
      }
      const isCall = close < 0 || (call >= 0 && call < close);
      const end = isCall ? call : close;
      reasoning = rest.slice(0, rest[end - 1] === '\n' ? end - 1 : end);
      rest = rest.slice(isCall ? end : end + CLOSE.length);
      this.#phase = isCall ? 'content' : 'newlines';
    }
    if (this.#phase === 'newlines') {
      while (this.#newlines > 0 && rest.startsWith('\n')) {
        rest = rest.slice(1);
        this.#newlines--;
      }
      if (rest !== '' || this.#newlines === 0) this.#phase = 'content';
    }
    return { reasoning, content: rest };
  }

  /** What was held back, now that nothing follows. */
  end(): SplitText {
    const held = this.#held;
    this.#held = '';
    return { reasoning: held.endsWith('\n') ? held.slice(0, -1) : held, content: '' };
  }
}

/** Length of the longest tail that may be the beginning of an ending. */
function heldLength(text: string): number {
  const longest = Math.max(...ENDINGS.map((ending) => ending.length)) - 1;
  for (let length = Math.min(longest, text.length); length > 0; length--) {
    const tail = text.slice(-length);
    if (ENDINGS.some((ending) => ending.startsWith(tail))) return length;
  }
  return 0;
}

/** Whether a rendered prompt ends inside an open think block, so that the answer begins with reasoning. */
export function startsInThinking(renderedText: string): boolean {
  const open = renderedText.lastIndexOf('<think>');
  if (open < 0) return false;
  const after = renderedText.slice(open);
  return !['</think>', '<|im_end|>', '<|im_start|>'].some((tag) => after.includes(tag));
}
