import type { CompletionEvent, CompletionOptions, CompletionResult } from '../chat/chat-types.ts';
import type { AnswerStream } from './answer-stream.ts';
import { type AnswerHost, startAnswers, stopTexts } from './start-answers.ts';
import { StopFinder } from './stop-finder.ts';

/** A continuation of a text while it comes. */
export type CompletionStream = AnswerStream<CompletionEvent, CompletionResult>;

/**
 * Starts `count` continuations of a text, in which control tokens count as such, or of token ids.
 * Throws a LanternError where it does not fit.
 */
export function startCompletions(
  host: AnswerHost,
  text: string | readonly number[],
  count: number,
  options: CompletionOptions = {},
): CompletionStream[] {
  const ids = typeof text === 'string' ? host.tokenizer.encode(text) : text;
  return startAnswers(host, { ids, spans: [], starts: [], startsInThinking: false }, options, count, () => {
    let written = '';
    return {
      reader: new TextReader(stopTexts(options)),
      onEvent: (event) => {
        written += event.text;
      },
      keep: () => true,
      result: (outcome) => ({ text: written, ...outcome }),
    };
  });
}

type TextEvent = { type: 'text'; text: string };

/** All text is what it is. */
class TextReader {
  readonly inReasoning = false;
  readonly #stops: StopFinder;

  constructor(stop: readonly string[]) {
    this.#stops = new StopFinder(stop);
  }

  get stopped(): string | null {
    return this.#stops.found;
  }

  push(text: string): TextEvent[] {
    return asEvents(this.#stops.push(text));
  }

  end(): TextEvent[] {
    return asEvents(this.#stops.end());
  }
}

function asEvents(text: string): TextEvent[] {
  return text === '' ? [] : [{ type: 'text', text }];
}
