import { CallReader } from './call-reader.ts';
import type { ChatEvent, ChatResult } from './chat-types.ts';
import { type LooseObject, numberOrNull, objectOf, objectsOf, textOf, textOrNull } from './loose-json.ts';
import { readTokens } from './read-tokens.ts';

/** What a result says of the whole request. */
export type RequestFacts = Pick<ChatResult, 'usage' | 'timings' | 'id' | 'model'>;

/** Puts one answer together from its pieces: the choices of chunks that have its index. */
export class AnswerReader {
  readonly #calls = new CallReader();
  #content = '';
  #reasoning = '';
  #finishReason: string | null = null;
  #stopReason: string | number | null = null;

  get isFinished(): boolean {
    return this.#finishReason !== null;
  }

  /** The events that a piece makes. */
  *read(choice: LooseObject): Generator<ChatEvent> {
    const delta = objectOf(choice.delta);
    yield* readTokens(choice.logprobs);
    const reasoning = textOf(delta.reasoning_content ?? delta.reasoning);
    if (reasoning !== '') {
      this.#reasoning += reasoning;
      yield { type: 'reasoning', text: reasoning };
    }
    const content = textOf(delta.content);
    if (content !== '') {
      this.#content += content;
      yield { type: 'content', text: content };
    }
    for (const [order, piece] of objectsOf(delta.tool_calls).entries()) yield* this.#calls.read(piece, order);
    const finishReason = textOrNull(choice.finish_reason);
    if (finishReason === null || this.isFinished) return;
    this.#finishReason = finishReason;
    // vLLM and Lantern have a field of this name, SGLang calls it by another.
    const met = choice.stop_reason ?? choice.matched_stop;
    this.#stopReason = textOrNull(met) ?? numberOrNull(met);
    yield* this.#calls.end();
  }

  /** The whole answer, once it has ended. */
  result(facts: RequestFacts): ChatResult {
    const toolCalls = this.#calls.calls;
    const reasoning = this.#reasoning === '' ? null : this.#reasoning;
    const content = this.#content;
    const calls = toolCalls.map(({ id, name, arguments: text }) => ({
      id,
      type: 'function' as const,
      function: { name, arguments: text },
    }));
    const finishReason = this.#finishReason ?? 'stop';
    return {
      message: {
        role: 'assistant',
        content,
        ...(reasoning !== null && { reasoning_content: reasoning }),
        ...(calls.length > 0 && { tool_calls: calls }),
      },
      content,
      reasoning,
      toolCalls,
      finishReason: finishReason === 'stop' && calls.length > 0 ? 'tool_calls' : finishReason,
      stopReason: this.#stopReason,
      ...facts,
    };
  }
}
