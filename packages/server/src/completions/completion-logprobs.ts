import type { CompletionLogprobs } from '@lantern/api';
import type { SequenceScores, TokenEvent, Tokenizer } from '@lantern/engine';

/** JSON has no minus infinity. */
const LEAST = -9999;

type Top = readonly (readonly [id: number, logprob: number])[];

/** Gathers log-probabilities of one text, in the four lists of the older form. */
export class CompletionLogprobList {
  readonly #tokenizer: Tokenizer;
  readonly #count: number;
  #offset = 0;
  #lists = emptyLists();

  /** `count`: how many of the likeliest come with each token. */
  constructor(tokenizer: Tokenizer, count: number) {
    this.#tokenizer = tokenizer;
    this.#count = count;
  }

  /** The tokens of a prompt; the first has no probability. */
  addPrompt({ ids, logprobs, top }: SequenceScores): void {
    for (const [i, id] of ids.entries()) {
      if (i === 0) this.#add(id, null, null);
      else this.#add(id, logprobs[i - 1]!, top[i - 1]!.slice(0, this.#count));
    }
  }

  add({ id, logprob, top, isEnd }: TokenEvent): void {
    if (!isEnd && logprob !== undefined) this.#add(id, logprob, top ?? []);
  }

  /** What was added since it was last asked for; null where that is nothing. */
  take(): CompletionLogprobs | null {
    const lists = this.#lists;
    this.#lists = emptyLists();
    return lists.tokens.length > 0 ? lists : null;
  }

  #add(id: number, logprob: number | null, top: Top | null): void {
    const token = this.#tokenizer.decode([id]);
    const { tokens, token_logprobs, top_logprobs, text_offset } = this.#lists;
    tokens.push(token);
    token_logprobs.push(logprob === null ? null : bounded(logprob));
    top_logprobs.push(
      top && Object.fromEntries(top.map(([other, value]) => [this.#tokenizer.decode([other]), bounded(value)])),
    );
    text_offset.push(this.#offset);
    this.#offset += token.length;
  }
}

function emptyLists() {
  return {
    tokens: [] as string[],
    token_logprobs: [] as (number | null)[],
    top_logprobs: [] as ({ [token: string]: number } | null)[],
    text_offset: [] as number[],
  };
}

/** Sums in f64 of f32 logits may come out a hair above zero. */
function bounded(logprob: number): number {
  return Math.min(0, Math.max(LEAST, logprob));
}
