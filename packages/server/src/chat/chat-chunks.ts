import type { ChatCompletionChunk, ChatDelta } from '@lantern/api';
import type { ChatResult, Tokenizer } from '@lantern/engine';
import { apiStopReason, type ReplyHead, schemaNote } from './chat-reply.ts';
import type { ServedEvent } from './run-chat.ts';
import { ContentLogprobs } from './token-logprobs.ts';
import { timingsOf, usageOf } from './usage.ts';

export type ChunkOptions = {
  head: ReplyHead;
  /** Whether a last chunk tells the usage. */
  includesUsage: boolean;
  /** Tokens of the prompt, for the usage so far on every chunk; null where that is not wanted. */
  runningPromptTokens: number | null;
  /** Null where no log-probabilities were asked for. */
  tokenizer: Tokenizer | null;
};

/** Turns the events of the answers to one request into the chunks of its stream. */
export class ChatChunks {
  readonly #options: ChunkOptions;
  /** Log-probabilities of tokens, by answer. */
  readonly #logprobs = new Map<number, ContentLogprobs>();
  readonly #results: ChatResult[] = [];
  #tokens = 0;

  constructor(options: ChunkOptions) {
    this.#options = options;
  }

  /** The chunk that begins an answer. */
  begin(index: number): ChatCompletionChunk {
    const { tokenizer } = this.#options;
    if (tokenizer) this.#logprobs.set(index, new ContentLogprobs(tokenizer));
    return this.#chunk(index, { role: 'assistant', content: '' });
  }

  /** The chunks that an event of an answer makes. */
  of(index: number, event: ServedEvent): ChatCompletionChunk[] {
    switch (event.type) {
      case 'token': {
        this.#tokens++;
        this.#logprobs.get(index)?.add(event);
        return [];
      }
      case 'reasoning':
        return [this.#chunk(index, { reasoning_content: event.text, reasoning: event.text })];
      case 'content':
        return [this.#chunk(index, { content: event.text })];
      case 'tool-call-start':
        return [
          this.#chunk(index, {
            tool_calls: [
              { index: event.index, id: event.id, type: 'function', function: { name: event.name, arguments: '' } },
            ],
          }),
        ];
      case 'tool-call-arguments':
        return [this.#chunk(index, { tool_calls: [{ index: event.index, function: { arguments: event.text } }] })];
      case 'tool-call-end':
        return [];
      case 'end': {
        this.#results.push(event.result);
        const { annotations } = event;
        const delta = annotations.length > 0 ? { annotations } : {};
        const chunk = this.#chunk(index, delta, event.result);
        return [
          {
            ...chunk,
            timings: timingsOf([event.result]),
            lantern: { ...this.#options.head.lantern, ...schemaNote([event.keepsSchema]) },
          },
        ];
      }
    }
  }

  /** The chunks after the last answer has ended. */
  end(): ChatCompletionChunk[] {
    if (!this.#options.includesUsage) return [];
    return [{ ...this.#base(), choices: [], usage: usageOf(this.#results), timings: timingsOf(this.#results) }];
  }

  #chunk(index: number, delta: ChatDelta, ended: ChatResult | null = null): ChatCompletionChunk {
    const isText = delta.content !== undefined && delta.content !== '';
    const takes = isText || delta.tool_calls !== undefined || ended !== null;
    const content = takes ? (this.#logprobs.get(index)?.take() ?? []) : [];
    return {
      ...this.#base(),
      choices: [
        {
          index,
          delta,
          finish_reason: ended?.finishReason ?? null,
          ...(ended && { stop_reason: apiStopReason(ended) }),
          logprobs: content.length > 0 ? { content, refusal: null } : null,
        },
      ],
      ...(this.#options.includesUsage && { usage: null }),
      ...this.#runningUsage(),
    };
  }

  #runningUsage(): Pick<ChatCompletionChunk, 'usage'> {
    const { runningPromptTokens: prompt } = this.#options;
    if (prompt === null) return {};
    return {
      usage: { prompt_tokens: prompt, completion_tokens: this.#tokens, total_tokens: prompt + this.#tokens },
    };
  }

  #base(): Omit<ChatCompletionChunk, 'choices'> {
    const { lantern: _, ...head } = this.#options.head;
    return { ...head, object: 'chat.completion.chunk' };
  }
}
