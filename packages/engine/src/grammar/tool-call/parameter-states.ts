import { schemaAlternatives } from '../../chat/tools/schema-alternatives.ts';
import { typedArgument } from '../../chat/tools/typed-argument.ts';
import { literals } from '../automaton/literals.ts';
import type { Rule, State } from '../automaton/state.ts';
import { intersect } from '../regex/combine-dfas.ts';
import { compileRegex } from '../regex/compile-regex.ts';
import { parseRegex } from '../regex/parse-regex.ts';
import { constantsOf } from '../schema/constants.ts';
import { accepts } from '../schema/key-patterns.ts';
import { limits } from '../schema/keywords.ts';
import type { SchemaCompiler } from '../schema/schema-compiler.ts';
import type { SchemaPart, SchemaPlace } from '../schema/schema-part.ts';
import { stringLimits } from '../schema/string-limits.ts';
import { allowedTypes } from '../schema/types.ts';
import { limitedText, parameterText, parameterValues, VALUE_END } from './parameter-text.ts';

/** Text that begins like something else than a string. */
const PLAIN_TEXT = '\\s*(?:[^-+.0-9{\\[(\'"tTfFnN\\s][^]*)?';

/** One way to write a value: a rule and what comes after it. */
type Written = { readonly rule: Rule; readonly ending: string };

/** The texts of a parameter's value with its end, as the parser of calls reads them back by the schema. */
export class ParameterStates {
  readonly #compiler: SchemaCompiler;
  readonly #place: SchemaPlace;
  readonly #root: unknown;
  readonly #written: Written[] = [];
  readonly #texts: string[] = [];

  /** `root` is the schema that references point into. */
  constructor(compiler: SchemaCompiler, place: SchemaPlace, root: unknown) {
    this.#compiler = compiler;
    this.#place = place;
    this.#root = root;
    // The same view of the schema as the parser has.
    const alternatives = schemaAlternatives(place.schema, root);
    const types = new Set(alternatives.map(({ type }) => type));
    for (const type of types) {
      if (type === 'boolean' || type === 'null') this.#addWords(type);
      else if (type !== 'string') {
        const limited = [place, { schema: { type }, path: place.path }];
        this.#written.push({ rule: compiler.rule(limited), ending: VALUE_END });
      }
    }
    if (types.size > 0 && !types.has('string')) return;
    // What looks like another type is read as that, whatever else the schema says of it.
    const isAmbiguous = alternatives.some(
      ({ type, only }) => type !== 'string' && type !== 'null' && only === undefined && this.#isLimited(type),
    );
    for (const parts of this.#leaves('string')) this.#addStrings(parts, isAmbiguous);
  }

  /** Whether there is no value at all. To be asked when the compiler has finished. */
  get isEmpty(): boolean {
    return this.#texts.length === 0 && this.#written.every(({ rule }) => rule.isEmpty);
  }

  /** Leads from `state` through any of the values to `then`. */
  connect(state: State, then: State): void {
    const { machine } = this.#compiler;
    for (const { rule, ending } of this.#written) {
      if (!rule.isEmpty) state.call(rule, ending === '' ? then : literals(machine, [ending], then));
    }
    if (this.#texts.length > 0) {
      const texts = this.#texts.map((text) => text + VALUE_END);
      state.jump(literals(machine, texts, then));
    }
  }

  /** As JSON has them and as Python has them, in which the chat template shows arguments to the model. */
  #addWords(type: 'boolean' | 'null'): void {
    for (const parts of this.#leaves(type)) {
      const values = constantsOf(parts, false) ?? (type === 'null' ? [null] : [true, false]);
      if (values.includes(null) && type === 'null') this.#texts.push('null', 'None');
      if (type === 'boolean' && values.includes(true)) this.#texts.push('true', 'True');
      if (type === 'boolean' && values.includes(false)) this.#texts.push('false', 'False');
    }
  }

  #addStrings(parts: readonly SchemaPart[], isAmbiguous: boolean): void {
    const { machine, strict, budget } = this.#compiler;
    const constants = constantsOf(parts, strict);
    if (constants) {
      for (const value of constants) {
        if (typeof value === 'string' && this.#isReadBack(value)) this.#texts.push(value);
      }
      return;
    }
    const lengths = stringLimits(parts, strict, budget);
    if (!lengths) return;
    let { dfa } = lengths;
    if (!dfa && !isAmbiguous) {
      this.#written.push({ rule: parameterText(lengths.min, lengths.max), ending: '' });
      return;
    }
    if (isAmbiguous) {
      const plain = compileRegex(parseRegex(PLAIN_TEXT), budget)!;
      dfa = dfa ? intersect(dfa, plain, budget) : plain;
    }
    const rule = dfa && limitedText(dfa, machine, budget);
    if (rule) this.#written.push({ rule, ending: '' });
  }

  #isReadBack(value: string): boolean {
    const json = typedArgument(value, this.#place.schema, this.#root);
    return accepts(parameterValues(), value) && json === JSON.stringify(value);
  }

  #isLimited(type: string): boolean {
    return this.#leaves(type).some((parts) =>
      parts.some(({ schema: { type: _, ...rest }, path }) => limits({ schema: rest, path })),
    );
  }

  /** Sets of parts one of which holds for values of a type. */
  #leaves(type: string): SchemaPart[][] {
    const limited = [this.#place, { schema: { type }, path: this.#place.path }];
    return this.#compiler.leaves(limited).filter((parts) => allowedTypes(parts).length > 0);
  }
}
