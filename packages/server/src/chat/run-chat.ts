import type { AnswerEvent, ChatEvent, ChatResult, ChatStream, TokenEvent } from '@lantern/engine';
import type { ServedModel } from '../model-host.ts';
import type { ChatPlan } from './chat-plan.ts';

/** What one of the answers says next. */
export type ServedEvent = AnswerEvent | TokenEvent | { type: 'end'; result: ChatResult };

/** Begins all answers of a plan. Throws what the engine refuses; `signal` ends them. */
export function runChat(model: ServedModel, plan: ChatPlan, signal: AbortSignal): ServedAnswer[] {
  const streams = model.engine.chatMany(plan.messages, plan.count, { ...plan.options, signal });
  return streams.map((stream) => new ServedAnswer(stream, plan));
}

/** One answer as the plan wants it told. */
export class ServedAnswer implements AsyncIterable<ServedEvent> {
  readonly promptTokens: number;
  readonly startsInThinking: boolean;
  readonly #stream: ChatStream;
  readonly #plan: ChatPlan;

  constructor(stream: ChatStream, plan: ChatPlan) {
    this.promptTokens = stream.promptTokens;
    this.startsInThinking = stream.startsInThinking;
    this.#stream = stream;
    this.#plan = plan;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ServedEvent, void> {
    for await (const event of this.#stream) {
      if (event.type === 'end') yield* this.#end(event);
      else if (event.type !== 'reasoning' || this.#plan.includesReasoning) yield event;
    }
  }

  *#end({ result }: Extract<ChatEvent, { type: 'end' }>): Generator<ServedEvent> {
    const { includesStop, includesReasoning } = this.#plan;
    const { stopReason, toolCalls } = result;
    const stop = includesStop && typeof stopReason === 'string' && toolCalls.length === 0 ? stopReason : '';
    if (stop !== '') yield { type: 'content', text: stop };
    yield {
      type: 'end',
      result: { ...result, content: result.content + stop, reasoning: includesReasoning ? result.reasoning : null },
    };
  }
}
