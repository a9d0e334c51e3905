import type { ChatMessage, ChatOptions, ChatResult, Engine, Media } from '@lantern/engine';
import type { Asked, AskOptions, ChatSource, SourceMessage, Spent } from './chat-source.ts';
import type { MediaFile } from './media-file.ts';
import { readMedia } from './read-media.ts';

/** Answers from the engine in this process. */
export class EngineSource implements ChatSource {
  readonly name: string;
  readonly contextTokens: number;
  readonly contextRemedy = 'lantern chat --context TOKENS makes more room';
  readonly #engine: Engine;
  readonly #read = new WeakMap<MediaFile, Media>();

  constructor(engine: Engine, name: string) {
    this.#engine = engine;
    this.name = name;
    this.contextTokens = engine.contextTokens;
  }

  /** Throws a LanternError where the model has no chat template. */
  get thinksByItself(): boolean {
    const options = { add_generation_prompt: true };
    const { text } = this.#engine.template.render([{ role: 'user', content: 'Hello' }], options);
    return text.trimEnd().endsWith('<think>');
  }

  countTokens(messages: readonly SourceMessage[]): number {
    const media = filesOf(messages).flatMap((file) => this.#read.get(file) ?? []);
    return this.#engine.prompt(messages.map(withMarks), { media, end: 'whole' }).ids.length;
  }

  async ask(messages: readonly SourceMessage[], count: number, options: AskOptions): Promise<Asked> {
    const { schema, ...asked } = options;
    const media: Media[] = [];
    for (const file of filesOf(messages)) media.push(await this.#mediaOf(file, options.signal));
    const answers = this.#engine.chatMany(messages.map(withMarks), count, {
      ...asked,
      media,
      ...(schema && { constraint: await keepsTo(schema, this.#engine) }),
    });
    return { answers, spent: async () => spentOn(await Promise.all(answers.map((answer) => answer.result))) };
  }

  /** A file is read once, however many turns it is part of. */
  async #mediaOf(file: MediaFile, signal: AbortSignal | undefined): Promise<Media> {
    const known = this.#read.get(file);
    if (known) return known;
    const media = await readMedia(file, this.#engine.processor, signal);
    this.#read.set(file, media);
    return media;
  }
}

function filesOf(messages: readonly SourceMessage[]): MediaFile[] {
  return messages.flatMap(({ content }) =>
    typeof content === 'string' ? [] : content.filter((part): part is MediaFile => part.type !== 'text'),
  );
}

/** A message as the template takes it: a mark for each file. */
function withMarks(message: SourceMessage): ChatMessage {
  if (message.role !== 'user' || typeof message.content === 'string') return message as ChatMessage;
  return { role: 'user', content: message.content.map((part) => (part.type === 'text' ? part : { type: part.type })) };
}

async function keepsTo(schema: Record<string, unknown>, engine: Engine): Promise<ChatOptions['constraint'] & {}> {
  const { GrammarMatcher, jsonSchemaGrammar, TokenTrie } = await import('@lantern/engine');
  return ({ startsInThinking }) =>
    new GrammarMatcher(
      jsonSchemaGrammar(schema, { leadingNewlines: startsInThinking }),
      TokenTrie.of(engine.tokenizer),
      engine.stopIds,
    );
}

/** The prompt is read once, by the first answer; the others grow beside it. */
function spentOn(results: readonly ChatResult[]): Spent {
  const sum = (count: (result: ChatResult) => number) => results.reduce((total, result) => total + count(result), 0);
  const { usage, timings } = results[0]!;
  return {
    usage: {
      ...usage,
      completionTokens: sum((result) => result.usage.completionTokens),
      reasoningTokens: sum((result) => result.usage.reasoningTokens),
      acceptedDraftTokens: sum((result) => result.usage.acceptedDraftTokens),
      rejectedDraftTokens: sum((result) => result.usage.rejectedDraftTokens),
    },
    timings: { ...timings, decodeSeconds: Math.max(...results.map((result) => result.timings.decodeSeconds)) },
  };
}
