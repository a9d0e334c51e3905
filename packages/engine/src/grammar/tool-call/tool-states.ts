import { declaredParameters } from '../../chat/tools/schema-alternatives.ts';
import { isJsonObject, shown } from '../../checkpoint/json.ts';
import { LanternError } from '../../errors.ts';
import { literals } from '../automaton/literals.ts';
import type { Machine } from '../automaton/machine.ts';
import { State } from '../automaton/state.ts';
import { type CompileOptions, SchemaCompiler } from '../schema/schema-compiler.ts';
import { unsupportedSchema, within } from '../schema/schema-part.ts';
import { ParameterStates } from './parameter-states.ts';

/** What the parser of calls takes for a name. */
const NAME = /^[^<>\r\n]{1,256}$/;
/** What the schema of all arguments may say; the parser reads no more of it either. */
const ROOT_KEYWORDS =
  /^(?:type|properties|required|additionalProperties|title|description|strict|default|examples|\$.*|x-.*|definitions)$/;

type Parameter = { readonly name: string; readonly isRequired: boolean; readonly states: ParameterStates };

/** The states of one tool's call, from its name on. */
export class ToolStates {
  readonly #machine: Machine;
  readonly #name: string;
  readonly #parameters: Parameter[];

  constructor(machine: Machine, name: string, schema: unknown, options: CompileOptions) {
    if (!isName(name))
      throw new LanternError('bad-input', `a tool is named ${shown(name)}; names have no <, > or line break`);
    this.#machine = machine;
    this.#name = name;
    try {
      this.#parameters = parametersOf(machine, schema, options);
    } catch (error) {
      if (!(error instanceof LanternError)) throw error;
      throw new LanternError(error.code, `the tool ${shown(name)}: ${error.message}`, error.remedy);
    }
  }

  /** What comes after `<function=`, up to the end of the call. */
  start(then: State): State {
    const end = literals(this.#machine, ['</function>\n</tool_call>'], then);
    let next = end;
    for (const { name, isRequired, states } of this.#parameters.toReversed()) {
      const after = next;
      const value = new State(this.#machine, false, (state) => states.connect(state, after));
      next = new State(this.#machine);
      if (!states.isEmpty) next.jump(literals(this.#machine, [`<parameter=${name}>\n`], value));
      if (!isRequired) next.jump(after);
    }
    return literals(this.#machine, [`${this.#name}>\n`], next);
  }
}

function parametersOf(machine: Machine, schema: unknown, options: CompileOptions): Parameter[] {
  const compiler = new SchemaCompiler(machine, schema, options);
  const properties = declaredParameters(schema) ?? {};
  const { required, ...rest } = isJsonObject(schema) ? schema : {};
  const names = Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
  if (options.strict) {
    const other = Object.keys(rest).find((keyword) => !ROOT_KEYWORDS.test(keyword));
    if (other) throw unsupportedSchema(within('', other), `uses ${other}, which the schema of all arguments may not`);
  }
  const parameters = Object.entries(properties).map(([name, property]) => {
    const path = within('', 'properties', name);
    if (!isName(name)) throw unsupportedSchema(path, 'has a name with <, > or a line break, which calls cannot have');
    const states = new ParameterStates(compiler, { schema: property, path }, schema);
    return { name, isRequired: names.includes(name), states };
  });
  for (const name of names) {
    if (!Object.hasOwn(properties, name))
      throw unsupportedSchema('/required', `names ${shown(name)}, which is not declared; allowed are properties`);
  }
  compiler.finish();
  const missing = parameters.find(({ isRequired, states }) => isRequired && states.isEmpty);
  if (missing)
    throw new LanternError('bad-input', `the parameter ${shown(missing.name)} is required, but has no value`);
  return parameters;
}

function isName(name: string): boolean {
  return NAME.test(name) && name.isWellFormed();
}
