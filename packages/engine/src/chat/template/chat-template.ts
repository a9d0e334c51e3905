import { LanternError } from '../../errors.ts';
import type { PromptSegment } from '../../tokenizer/prompt-segment.ts';
import type { ExactObject } from '../exact-json.ts';
import type { ChatMessage, RenderOptions } from '../messages.ts';
import {
  ArrayValue,
  FunctionValue,
  type JinjaEnvironment,
  jinjaValue,
  NullValue,
  newEnvironment,
} from './jinja-values.ts';
import { MessageMarks } from './message-marks.ts';
import { PythonInterpreter } from './python-interpreter.ts';
import { pythonStr } from './python-text.ts';
import { parseTemplate, type TemplateSyntax } from './template-syntax.ts';
import { withParsedArguments } from './tool-arguments.ts';

/** A prompt as text, and the same in pieces that say where control tokens may stand: see `Tokenizer.encodeSegments`. */
export type RenderedPrompt = { readonly text: string; readonly segments: PromptSegment[] };

/** A checkpoint's chat template. */
export class ChatTemplate {
  readonly #source: string;
  readonly #syntax: TemplateSyntax;
  readonly #controlTokens: readonly string[];

  /**
   * `controlTokens` are the texts of the tokenizer's control tokens (added, `special`), which messages must not write.
   * Throws `bad-checkpoint` when the template cannot be parsed.
   */
  constructor(source: string, { controlTokens }: { controlTokens: readonly string[] }) {
    this.#source = source;
    this.#syntax = parseTemplate(source);
    this.#controlTokens = controlTokens;
  }

  /**
   * Renders a conversation. Arguments of tool calls that are JSON text are parsed first.
   * Throws `template-refused` with the template's own message when it raises an exception or fails on the messages,
   * `bad-input` for arguments that are no JSON object and for values that JSON cannot say.
   */
  render(messages: readonly (ChatMessage | ExactObject)[], options: RenderOptions = {}): RenderedPrompt {
    const prepared = messages.map((message, index) => withParsedArguments(message, index));
    const tools = options.tools ?? null;
    const marks = new MessageMarks(this.#controlTokens, charactersOf([prepared, tools], this.#source));
    const mark = (text: string): string => marks.mark(text);

    const environment = newEnvironment();
    declareGlobals(environment, (message) => {
      throw new LanternError('template-refused', marks.unmark(message));
    });
    const { variables } = environment;
    variables.set('messages', jinjaValue(prepared, 'the messages', mark));
    variables.set('tools', jinjaValue(tools, 'the tools', mark));
    variables.set('documents', new NullValue(null));
    environment.set('add_generation_prompt', options.add_generation_prompt ?? false);
    // Templates tell "not given" from false, so these two exist only when they are given.
    if (options.enable_thinking !== undefined) environment.set('enable_thinking', options.enable_thinking);
    if (options.add_vision_id !== undefined) environment.set('add_vision_id', options.add_vision_id);

    const interpreter = new PythonInterpreter(environment, this.#syntax.printed, marks);
    let rendered: string;
    try {
      rendered = pythonStr(interpreter.run(this.#syntax.program));
    } catch (error) {
      if (error instanceof LanternError) throw error;
      const reason = error instanceof Error ? marks.unmark(error.message).replace(/\s+/g, ' ') : String(error);
      throw new LanternError('template-refused', `the chat template fails on these messages: ${reason}`);
    }
    return { text: marks.unmark(rendered), segments: marks.segments(rendered) };
  }
}

/** Longest list that `range` makes, as in Jinja's sandbox. */
const LONGEST_RANGE = 100_000;

function declareGlobals(environment: JinjaEnvironment, refuse: (message: string) => never): void {
  for (const [name, value] of [
    ['true', true],
    ['false', false],
    ['none', null],
  ] as const) {
    environment.set(name, value);
    environment.set(name[0]!.toUpperCase() + name.slice(1), value);
  }
  const { variables } = environment;
  variables.set('raise_exception', new FunctionValue(([message]) => refuse(message ? pythonStr(message) : '')));
  variables.set(
    'range',
    new FunctionValue((args) => {
      const numbers = args.map((arg) => Number(arg.value));
      const [start, stop, step = 1] = numbers.length === 1 ? [0, numbers[0]!] : numbers;
      const count = Math.max(0, Math.ceil((stop! - start!) / step));
      if (!(count <= LONGEST_RANGE)) throw new Error(`range(${numbers.join(', ')}) is too long`);
      return new ArrayValue(Array.from({ length: count }, (_, i) => jinjaValue(start! + i * step, 'range', String)));
    }),
  );
}

/** A test of which characters occur in strings and keys of the data, or in the template. */
function charactersOf(data: unknown, source: string): (char: string) => boolean {
  const found = new Set<string>();
  const note = (text: string): string => {
    for (const [char] of text.matchAll(/[\ue000-\uf8ff]/g)) found.add(char);
    return text;
  };
  note(source);
  jinjaValue(data, 'the conversation', note);
  return (char) => found.has(char);
}
