import {
  type ChatMessage,
  type Engine,
  type GenerationEvent,
  generate,
  type SamplingOptions,
  samplingDefaults,
  startsInThinking,
  ThinkingSplitter,
} from '@lantern/engine';
import type { AnswerPrinter } from './answer-printer.ts';

export type AnswerOptions = {
  system?: string;
  think?: boolean;
  maxTokens?: number;
  sampling: Partial<SamplingOptions>;
  signal: AbortSignal;
};

export type Answer = Omit<Extract<GenerationEvent, { type: 'end' }>, 'type'> & {
  /** Null where the prompt asks for no thinking. */
  reasoning: string | null;
  /** Since the process began. */
  firstTokenSeconds: number;
};

/** Renders one user message, generates the answer and prints it as it comes. */
export async function answerPrompt(
  engine: Engine,
  prompt: string,
  { system, think, maxTokens, sampling, signal }: AnswerOptions,
  printer: AnswerPrinter | null,
): Promise<Answer> {
  const messages: ChatMessage[] = [
    ...(system === undefined ? [] : [{ role: 'system', content: system } as const]),
    { role: 'user', content: prompt },
  ];
  const rendered = engine.template.render(messages, { add_generation_prompt: true, enable_thinking: think });
  const thinking = startsInThinking(rendered.text);
  const splitter = new ThinkingSplitter({ startsInThinking: thinking });
  let reasoning = '';
  let text = '';
  const take = (piece: { reasoning: string; content: string }) => {
    reasoning += piece.reasoning;
    text += piece.content;
    printer?.reasoning(piece.reasoning);
    printer?.content(piece.content);
  };

  const state = engine.states.create();
  let firstTokenSeconds = 0;
  try {
    const events = generate(engine, {
      state,
      promptIds: engine.tokenizer.encodeSegments(rendered.segments),
      sampling: { ...samplingDefaults(engine.generation, thinking), ...sampling },
      stopIds: engine.stopIds,
      ...(maxTokens !== undefined && { maxTokens }),
      signal,
    });
    for await (const event of events) {
      firstTokenSeconds ||= performance.now() / 1000;
      take(splitter.push(event.text));
      if (event.type === 'token') continue;
      take(splitter.end());
      const { finishReason, usage, timings } = event;
      return { text, reasoning: thinking ? reasoning : null, finishReason, usage, timings, firstTokenSeconds };
    }
    throw new TypeError('generation ended without saying so');
  } finally {
    printer?.end();
    engine.states.drop(state);
  }
}
