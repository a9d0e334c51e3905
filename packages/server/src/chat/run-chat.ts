import type { Annotation } from '@lantern/api';
import type {
  AnswerEvent,
  ChatMessage,
  ChatOptions,
  ChatResult,
  ChatStream,
  Engine,
  Media,
  TokenEvent,
} from '@lantern/engine';
import { ApiError } from '../http/api-error.ts';
import type { ServedModel } from '../model-host.ts';
import { SEARCH_TOOL_NAME } from '../search/search-tool.ts';
import { CallFilter } from './call-filter.ts';
import type { ChatPlan } from './chat-plan.ts';
import { SearchMemory } from './search-memory.ts';

/** What one of the answers says next. */
export type ServedEvent = AnswerEvent | TokenEvent | ServedEnd;
export type ServedEnd = {
  type: 'end';
  result: ChatResult;
  annotations: Annotation[];
  /** Whether the text keeps to the schema that was asked for; null where none was, or where it was cut short. */
  keepsSchema: boolean | null;
};

/** Searches that one answer may make before it has to do with what it found. */
const MOST_ROUNDS = 4;

/** Begins all answers of a plan, whose media are `media`. Throws what the engine refuses; `signal` ends them. */
export function runChat(
  { engine }: ServedModel,
  plan: ChatPlan,
  media: readonly Media[],
  signal: AbortSignal,
): ServedAnswer[] {
  const { count, messages, search } = plan;
  const isForced = search !== null && search.forcedQuery !== null;
  // What is searched for first decides the prompt; until then only its beginning is known, and that it can be read.
  const streams = isForced ? [] : engine.chatMany(messages, count, { ...plan.options, media, signal });
  const prompt = engine.prompt(messages, {
    ...plan.options,
    media,
    end: plan.options.continueFinalMessage ? 'continue' : 'answer',
  });
  return Array.from({ length: count }, (_, index) => {
    const { seed } = plan.options;
    const options = { ...plan.options, media, signal, ...(seed !== undefined && { seed: seed + index }) };
    return new ServedAnswer({
      engine,
      plan,
      options,
      stream: streams[index] ?? null,
      promptTokens: prompt.ids.length,
      startsInThinking: prompt.startsInThinking,
      memory: search && new SearchMemory(search),
    });
  });
}

type AnswerSetup = {
  engine: Engine;
  plan: ChatPlan;
  options: ChatOptions & { signal: AbortSignal };
  /** Null where a search comes first. */
  stream: ChatStream | null;
  promptTokens: number;
  startsInThinking: boolean;
  memory: SearchMemory | null;
};

/** One answer as its plan wants it told. Where it may search, its searches are made between its parts. */
export class ServedAnswer implements AsyncIterable<ServedEvent> {
  readonly promptTokens: number;
  readonly startsInThinking: boolean;
  readonly #setup: AnswerSetup;

  constructor(setup: AnswerSetup) {
    this.promptTokens = setup.promptTokens;
    this.startsInThinking = setup.startsInThinking;
    this.#setup = setup;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ServedEvent, void> {
    const { engine, options, memory } = this.#setup;
    let messages = await this.#messages();
    let stream = this.#setup.stream ?? engine.chat(messages, options);
    let before: ChatResult | null = null;
    for (let round = 1; ; round++) {
      const result: ChatResult = yield* this.#part(stream, before);
      const whole: ChatResult = before ? join(before, result) : result;
      if (!memory || !searchesOnly(result) || round > MOST_ROUNDS) {
        yield* this.#end(whole);
        return;
      }
      const found = await Promise.all(result.toolCalls.map((call) => memory.answer(call, options.signal)));
      messages = [...messages, result.message, ...found];
      before = whole;
      stream = engine.chat(messages, options);
    }
  }

  /** Tells what comes of one stream, but for its searches and the tokens that these are made of. */
  async *#part(stream: ChatStream, before: ChatResult | null): AsyncGenerator<ServedEvent, ChatResult> {
    const { plan, memory } = this.#setup;
    const filter = memory && new CallFilter(SEARCH_TOOL_NAME);
    // A second thought begins on a line of its own.
    let pause = before?.reasoning ? '\n' : '';
    let tokens: TokenEvent[] = [];
    for await (const event of stream) {
      if (event.type === 'end') {
        if (!filter || !searchesOnly(event.result)) yield* tokens;
        return event.result;
      }
      if (event.type === 'token') {
        if (filter) tokens.push(event);
        else yield event;
        continue;
      }
      const told = filter ? filter.told(event) : event;
      if (told) yield* tokens;
      tokens = [];
      if (told?.type !== 'reasoning') {
        if (told) yield told;
      } else if (plan.includesReasoning) {
        yield { ...told, text: pause + told.text };
        pause = '';
      }
    }
    throw new TypeError('an answer ended without saying so');
  }

  /** The messages, and after them the search that the request forces. */
  async #messages(): Promise<ChatMessage[]> {
    const { plan, options, memory } = this.#setup;
    if (!memory || !plan.search || plan.search.forcedQuery === null) return plan.messages;
    const call = { id: 'call_forced_search', arguments: JSON.stringify({ query: plan.search.forcedQuery }) };
    const asked = { name: SEARCH_TOOL_NAME, arguments: call.arguments };
    const found = await memory.answer(call, options.signal);
    return [
      ...plan.messages,
      { role: 'assistant', content: '', tool_calls: [{ id: call.id, function: asked }] },
      found,
    ];
  }

  *#end(result: ChatResult): Generator<ServedEvent> {
    const { plan, memory } = this.#setup;
    const { stopReason } = result;
    const toolCalls = memory ? result.toolCalls.filter(({ name }) => name !== SEARCH_TOOL_NAME) : result.toolCalls;
    const stop = plan.includesStop && typeof stopReason === 'string' && toolCalls.length === 0 ? stopReason : '';
    if (stop !== '') yield { type: 'content', text: stop };
    const content = result.content + stop;
    const finishReason = result.finishReason === 'tool_calls' && toolCalls.length === 0 ? 'stop' : result.finishReason;
    const isWhole = finishReason === 'stop' && toolCalls.length === 0;
    const keepsSchema = isWhole && plan.format.schema ? plan.format.schema.keeps(content) : null;
    if (keepsSchema === false && plan.format.schema?.strict)
      throw new ApiError('invalid_output', 'the answer does not keep to the schema that was asked for');
    const reasoning = plan.includesReasoning ? result.reasoning : null;
    yield {
      type: 'end',
      result: { ...result, content, reasoning, toolCalls, finishReason },
      annotations: memory?.annotations(content) ?? [],
      keepsSchema,
    };
  }
}

function searchesOnly({ toolCalls, finishReason }: ChatResult): boolean {
  return finishReason === 'tool_calls' && toolCalls.every(({ name }) => name === SEARCH_TOOL_NAME);
}

/** Both parts of an answer as one. Its prompt is the last one, which holds all before. */
function join(a: ChatResult, b: ChatResult): ChatResult {
  const { usage, timings } = b;
  return {
    ...b,
    content: a.content + b.content,
    reasoning:
      a.reasoning === null && b.reasoning === null ? null : [a.reasoning, b.reasoning].filter(Boolean).join('\n'),
    usage: {
      ...usage,
      completionTokens: a.usage.completionTokens + usage.completionTokens,
      reasoningTokens: a.usage.reasoningTokens + usage.reasoningTokens,
      acceptedDraftTokens: a.usage.acceptedDraftTokens + usage.acceptedDraftTokens,
      rejectedDraftTokens: a.usage.rejectedDraftTokens + usage.rejectedDraftTokens,
    },
    timings: {
      queueSeconds: a.timings.queueSeconds + timings.queueSeconds,
      prefillSeconds: a.timings.prefillSeconds + timings.prefillSeconds,
      decodeSeconds: a.timings.decodeSeconds + timings.decodeSeconds,
    },
  };
}
