import type { AskOptions, ChatSource, SourceEvent, SourceMessage, SourceResult, Spent } from '../chat-source.ts';
import type { MediaFile } from '../media-file.ts';
import { sourceCalls } from '../source-calls.ts';

export type ConversationOptions = Omit<AskOptions, 'enableThinking' | 'signal'> & {
  system?: string | undefined;
  think?: boolean | undefined;
};

/** An answer that came to its end, and what it took. */
export type ConversationAnswer = SourceResult & Spent;

/** A conversation with a model: what was said, and how it goes on. Knows of no terminal. */
export class Conversation {
  /** Empty: none. Holds for the whole conversation, as everything that is set here. */
  system: string;
  /** Null: the server does as it does by itself. */
  think: boolean | null;
  readonly source: ChatSource;
  /** Longest answer; null where none was set. */
  readonly maxTokens: number | null;
  readonly #options: AskOptions;
  /** Questions and answers. */
  #turns: SourceMessage[] = [];
  #last: ConversationAnswer | null = null;
  /** Pictures and videos that go with the next question. */
  #attached: MediaFile[] = [];
  /** Tokens of everything said, as the source told them last; null where it did not. */
  #toldTokens: number | null = null;

  /** Throws a LanternError where the model has no tokenizer or chat template. */
  constructor(source: ChatSource, { system = '', think, ...options }: ConversationOptions = {}) {
    this.source = source;
    this.maxTokens = options.maxTokens ?? null;
    this.#options = options;
    this.system = system;
    this.think = think ?? source.thinksByItself;
  }

  /** Tokens of everything said; null where nobody tells. */
  get usedTokens(): number | null {
    if (this.#turns.length === 0) return 0;
    return this.source.countTokens(this.#messages()) ?? this.#toldTokens;
  }

  /** The last answer that came to its end; null before there is one. */
  get last(): ConversationAnswer | null {
    return this.#last;
  }

  /** Lets a picture or a video go with the next question. */
  attach(file: MediaFile): void {
    this.#attached.push(file);
  }

  /** Forgets what was said. */
  reset(): void {
    this.#turns = [];
    this.#attached = [];
    this.#last = null;
    this.#toldTokens = null;
  }

  /**
   * Asks and tells the answer as it comes. Null where `signal` stopped it; what came until then counts as the answer,
   * and where nothing came, the question counts as never asked. So it does where this throws. What was attached is gone
   * then, for it may be what cannot be read.
   */
  async ask(
    text: string,
    signal: AbortSignal,
    onEvent: (event: SourceEvent) => void,
  ): Promise<ConversationAnswer | null> {
    const files = this.#attached.splice(0);
    const content = files.length === 0 ? text : [...files, { type: 'text' as const, text }];
    const question: SourceMessage = { role: 'user', content };
    const partial = { content: '', reasoning: '' };
    try {
      const asked = await this.source.ask([...this.#messages(), question], 1, {
        ...this.#options,
        ...(this.think !== null && { enableThinking: this.think }),
        signal,
      });
      const answer = asked.answers[0]!;
      for await (const event of answer) {
        if (event.type === 'content' || event.type === 'reasoning') partial[event.type] += event.text;
        onEvent(event);
      }
      const { usage, timings } = await asked.spent();
      const result = { ...(await answer.result), usage, timings };
      this.#turns.push(question, messageOf(result));
      this.#last = result;
      this.#toldTokens = usage && usage.promptTokens + usage.completionTokens;
      return result;
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error;
      const { content, reasoning } = partial;
      if (content === '' && reasoning === '') return null;
      this.#turns.push(question, messageOf({ content, reasoning: reasoning || null, toolCalls: [] }));
      this.#toldTokens = null;
      return null;
    }
  }

  #messages(): SourceMessage[] {
    return [...(this.system === '' ? [] : [{ role: 'system', content: this.system } as const]), ...this.#turns];
  }
}

/** An answer as it goes back into the conversation. */
function messageOf({ content, reasoning, toolCalls }: Omit<SourceResult, 'finishReason'>): SourceMessage {
  return {
    role: 'assistant',
    content,
    ...(reasoning !== null && { reasoning_content: reasoning }),
    ...(toolCalls.length > 0 && { tool_calls: sourceCalls(toolCalls) }),
  };
}
