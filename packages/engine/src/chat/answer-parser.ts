import { StopFinder } from '../generate/stop-finder.ts';
import type { AnswerEvent } from './chat-types.ts';
import type { ToolDefinition } from './messages.ts';
import { type SplitText, ThinkingSplitter } from './thinking-splitter.ts';
import { ToolCallParser } from './tools/tool-call-parser.ts';

export type AnswerParserOptions = {
  /** Whether the answer begins inside a think block. */
  startsInThinking: boolean;
  /** The answer ends before the first of these; the thinking is not searched. */
  stop: readonly string[];
  /** Without any, what looks like a call is content. */
  tools: readonly ToolDefinition[];
  /** The answer ends after so many calls. Default: any number. */
  maxToolCalls?: number | undefined;
};

/** Sorts the text of an answer into thinking, content and tool calls while it streams. */
export class AnswerParser {
  readonly #splitter: ThinkingSplitter;
  readonly #stops: StopFinder;
  readonly #calls: ToolCallParser | null;
  #callsLeft: number;

  constructor({ startsInThinking, stop, tools, maxToolCalls = Number.POSITIVE_INFINITY }: AnswerParserOptions) {
    this.#callsLeft = maxToolCalls;
    this.#splitter = new ThinkingSplitter({ startsInThinking });
    this.#stops = new StopFinder(stop);
    this.#calls = tools.length > 0 ? new ToolCallParser(tools) : null;
  }

  /** The stop text that was met, or the end of the last call that is wanted; nothing comes after it. */
  get stopped(): string | null {
    return this.#callsLeft <= 0 ? '</tool_call>' : this.#stops.found;
  }

  /** Whether the thinking still goes on. */
  get inReasoning(): boolean {
    return this.#splitter.inReasoning;
  }

  push(text: string): AnswerEvent[] {
    const { reasoning, content } = this.#splitter.push(text);
    return this.#events({ reasoning, content: this.#stops.push(content) });
  }

  end(): AnswerEvent[] {
    const { reasoning, content } = this.#splitter.end();
    const events = this.#events({ reasoning, content: this.#stops.push(content) + this.#stops.end() });
    return this.#calls ? [...events, ...this.#wanted(this.#calls.end())] : events;
  }

  /** Events up to the end of the last call that is wanted. */
  #wanted(events: AnswerEvent[]): AnswerEvent[] {
    return events.filter((event) => {
      const isWanted = this.#callsLeft > 0;
      if (event.type === 'tool-call-end') this.#callsLeft--;
      return isWanted;
    });
  }

  #events({ reasoning, content }: SplitText): AnswerEvent[] {
    const events: AnswerEvent[] = reasoning === '' ? [] : [{ type: 'reasoning', text: reasoning }];
    if (this.#calls) return [...events, ...this.#wanted(this.#calls.push(content))];
    return content === '' ? events : [...events, { type: 'content', text: content }];
  }
}
