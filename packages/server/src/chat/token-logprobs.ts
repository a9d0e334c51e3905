import type { TokenLogprob } from '@lantern/api';
import type { TokenEvent, Tokenizer } from '@lantern/engine';

/** JSON has no minus infinity. */
const LEAST = -9999;

/** Gathers the log-probabilities of the tokens of one answer's visible text, in OpenAI's form. */
export class ContentLogprobs {
  readonly #tokenizer: Tokenizer;
  #thought = false;
  #began = false;
  #tokens: TokenLogprob[] = [];

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  add(event: TokenEvent): void {
    this.#thought ||= event.inReasoning;
    if (event.inReasoning || event.isEnd || event.logprob === undefined) return;
    const token = this.#describe(event.id, event.logprob);
    // The line breaks between thinking and text belong to neither.
    if (!this.#began && this.#thought && /^\n+$/.test(token.token)) return;
    this.#began = true;
    const top = (event.top ?? []).map(([id, logprob]) => this.#describe(id, logprob));
    this.#tokens.push({ ...token, top_logprobs: top });
  }

  /** What was added since it was last asked for. */
  take(): TokenLogprob[] {
    const tokens = this.#tokens;
    this.#tokens = [];
    return tokens;
  }

  #describe(id: number, logprob: number): Omit<TokenLogprob, 'top_logprobs'> {
    return {
      token: this.#tokenizer.decode([id]),
      // Sums in f64 of f32 logits may come out a hair above zero.
      logprob: Math.min(0, Math.max(LEAST, logprob)),
      bytes: [...this.#tokenizer.tokenBytes(id)],
    };
  }
}
