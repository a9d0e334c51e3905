import type { ToolDefinition } from '../chat/messages.ts';
import { isJsonObject, shown } from '../checkpoint/json.ts';
import { LanternError } from '../errors.ts';
import { literals } from './automaton/literals.ts';
import { Machine } from './automaton/machine.ts';
import { State } from './automaton/state.ts';
import { Budget } from './budget.ts';
import { Grammar, type GrammarOptions } from './grammar.ts';
import type { JsonWhitespace } from './json/whitespace.ts';
import { invert } from './regex/combine-dfas.ts';
import { compileRegex } from './regex/compile-regex.ts';
import { dfaRule } from './regex/dfa-rule.ts';
import { parseRegex } from './regex/parse-regex.ts';
import { ToolStates } from './tool-call/tool-states.ts';

export type ToolCallGrammarOptions = GrammarOptions & {
  /** Whether several calls may follow each other. Default true. */
  readonly parallel?: boolean;
  /** Whether the answer must be calls; otherwise text may come before them, or instead of them. Default true. */
  readonly required?: boolean;
  /** Names of the only tools that may be called. Default: all. */
  readonly choice?: string | readonly string[];
  /** Refuses schemas of which something cannot be kept. Default false. */
  readonly strict?: boolean;
  /** Of arguments that are JSON. Default `indented`. */
  readonly whitespace?: JsonWhitespace;
};

/**
 * Calls of tools in Qwen 3.5's format, each
 * `<tool_call>\n<function=NAME>\n`, for its arguments `<parameter=KEY>\nVALUE\n</parameter>\n`, then
 * `</function>\n</tool_call>`; several are a line break apart.
 *
 * Arguments are those that the tool's schema declares, in its order, each at most once, the required ones always.
 * Values of strings are raw text without tags of calls; others are JSON by their schema (`True`, `False` and `None`
 * too). Throws `bad-input` and `unsupported` as `jsonSchemaGrammar` does.
 */
export function toolCallGrammar(tools: readonly ToolDefinition[], options: ToolCallGrammarOptions = {}): Grammar {
  const machine = new Machine();
  const { strict = false, whitespace: space = 'indented', parallel = true, required = true } = options;
  const chosen = chosenTools(tools, options.choice);
  const callEnd = new State(machine, true, (state) => {
    if (parallel) state.edge(0x0a, 0x0a, call);
  });
  const toolsStart = new State(machine);
  const budget = new Budget();
  for (const [name, parameters] of chosen)
    toolsStart.jump(new ToolStates(machine, name, parameters, { budget, strict, space }).start(callEnd));
  const call: State = literals(machine, ['<tool_call>\n<function='], toolsStart);
  return new Grammar(machine, required ? call : withContent(machine, call, budget), options, 'the list of tools');
}

/** Names and parameter schemas. As for the parser, of tools with one name the first counts. */
function chosenTools(
  tools: readonly ToolDefinition[],
  choice: string | readonly string[] | undefined,
): Map<string, unknown> {
  const known = new Map<string, unknown>();
  for (const tool of tools) {
    const { name, parameters } = isJsonObject(tool.function) ? tool.function : tool;
    if (typeof name === 'string' && !known.has(name)) known.set(name, parameters);
  }
  if (known.size === 0) throw new LanternError('bad-input', 'the list of tools is empty; at least one is needed');
  if (choice === undefined) return known;
  const names = typeof choice === 'string' ? [choice] : choice;
  for (const name of names) {
    if (known.has(name)) continue;
    const all = [...known.keys()].map(shown).join(', ');
    throw new LanternError('bad-input', `no tool is named ${shown(name)}; allowed are ${all}`);
  }
  return new Map([...known].filter(([name]) => names.includes(name)));
}

/** Text in which no call begins, then perhaps calls. */
function withContent(machine: Machine, call: State, budget: Budget): State {
  const calls = compileRegex(parseRegex('[^]*(?:<tool_call>|<function=)[^]*'), budget);
  return dfaRule(invert(calls, budget)!, 'raw', machine, call).start;
}
