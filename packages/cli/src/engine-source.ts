import type { ChatResult, Engine } from '@lantern/engine';
import type { Asked, AskOptions, ChatSource, SourceMessage, Spent } from './chat-source.ts';

/** Answers from the engine in this process. */
export class EngineSource implements ChatSource {
  readonly name: string;
  readonly contextTokens: number;
  readonly contextRemedy = 'lantern chat --context TOKENS makes more room';
  readonly #engine: Engine;

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
    const { segments } = this.#engine.template.render(messages);
    return this.#engine.tokenizer.encodeSegments(segments).length;
  }

  ask(messages: readonly SourceMessage[], count: number, options: AskOptions): Asked {
    const answers = this.#engine.chatMany(messages, count, options);
    return { answers, spent: async () => spentOn(await Promise.all(answers.map((answer) => answer.result))) };
  }
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
