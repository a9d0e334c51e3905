import type { ChatEvent, ChatMessage, ChatOptions, ChatResult, Engine } from '@lantern/engine';

export type ConversationOptions = Omit<ChatOptions, 'enableThinking' | 'signal'> & {
  system?: string | undefined;
  think?: boolean | undefined;
};

/** A conversation with a model: what was said, and how it goes on. Knows of no terminal. */
export class Conversation {
  /** Empty: none. Holds for the whole conversation, as everything that is set here. */
  system: string;
  think: boolean;
  readonly #engine: Pick<Engine, 'chat' | 'contextTokens' | 'template' | 'tokenizer'>;
  readonly #options: ChatOptions;
  /** Questions and answers. */
  #turns: ChatMessage[] = [];
  #last: ChatResult | null = null;

  /** Throws a LanternError where the model has no tokenizer or chat template. */
  constructor(
    engine: Pick<Engine, 'chat' | 'contextTokens' | 'template' | 'tokenizer'>,
    { system = '', think, ...options }: ConversationOptions = {},
  ) {
    this.#engine = engine;
    this.#options = options;
    this.system = system;
    this.think = think ?? opensThinking(engine.template);
  }

  get contextTokens(): number {
    return this.#engine.contextTokens;
  }

  /** Tokens of everything said. */
  get usedTokens(): number {
    if (this.#turns.length === 0) return 0;
    const { segments } = this.#engine.template.render(this.#messages());
    return this.#engine.tokenizer.encodeSegments(segments).length;
  }

  /** The last answer that came to its end; null before there is one. */
  get last(): ChatResult | null {
    return this.#last;
  }

  /** Forgets what was said. */
  reset(): void {
    this.#turns = [];
    this.#last = null;
  }

  /**
   * Asks and tells the answer as it comes. Null where `signal` stopped it; what came until then counts as the answer,
   * and where nothing came, the question counts as never asked. So it does where this throws.
   */
  async ask(text: string, signal: AbortSignal, onEvent: (event: ChatEvent) => void): Promise<ChatResult | null> {
    const question: ChatMessage = { role: 'user', content: text };
    const partial = { content: '', reasoning: '' };
    try {
      const stream = this.#engine.chat([...this.#messages(), question], {
        ...this.#options,
        enableThinking: this.think,
        signal,
      });
      for await (const event of stream) {
        if (event.type === 'content' || event.type === 'reasoning') partial[event.type] += event.text;
        onEvent(event);
      }
      const result = await stream.result;
      this.#turns.push(question, result.message);
      this.#last = result;
      return result;
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error;
      const { content, reasoning } = partial;
      const answer = { content, ...(reasoning !== '' && { reasoning_content: reasoning }) };
      if (content !== '' || reasoning !== '') this.#turns.push(question, { role: 'assistant', ...answer });
      return null;
    }
  }

  #messages(): ChatMessage[] {
    return [...(this.system === '' ? [] : [{ role: 'system', content: this.system } as const]), ...this.#turns];
  }
}

/** What a template does where it is not told whether to think. */
function opensThinking(template: Engine['template']): boolean {
  const { text } = template.render([{ role: 'user', content: 'Hello' }], { add_generation_prompt: true });
  return text.trimEnd().endsWith('<think>');
}
