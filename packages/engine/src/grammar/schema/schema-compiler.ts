import { literals } from '../automaton/literals.ts';
import type { Machine } from '../automaton/machine.ts';
import { type Rule, State } from '../automaton/state.ts';
import type { Budget } from '../budget.ts';
import { arrayStart, mostItems } from '../json/array-rule.ts';
import { countedString } from '../json/counted-strings.ts';
import { jsonRules } from '../json/json-rules.ts';
import { isPossible, objectStart } from '../json/object-rule.ts';
import type { JsonWhitespace } from '../json/whitespace.ts';
import { sharedRule } from '../regex/shared-rules.ts';
import { arrayShape } from './array-shape.ts';
import { constantsOf } from './constants.ts';
import { areDisjoint } from './disjoint.ts';
import { type FlatSchema, flatten } from './flatten.ts';
import { numberRuleOf } from './number-limits.ts';
import { objectShape } from './object-shape.ts';
import { type SchemaPart, type SchemaPlace, unsupportedSchema } from './schema-part.ts';
import { stringLimits } from './string-limits.ts';
import { allowedTypes, type JsonType } from './types.ts';

const DEEPEST = 100;
const MOST_ALTERNATIVES = 256;

export type CompileOptions = { readonly budget: Budget; readonly strict: boolean; readonly space: JsonWhitespace };

/** A text that a rule may be, if its own rules have any. */
type Alternative = { readonly start: State; readonly isPossible: () => boolean };

/** Has no text until it is known that it has one. */
type Draft = Rule & { isEmpty: boolean; alternatives: readonly Alternative[] };

/** Turns the schemas of one document into rules; equal sets of schemas become one rule, so they may be recursive. */
export class SchemaCompiler {
  readonly machine: Machine;
  readonly budget: Budget;
  readonly strict: boolean;
  readonly space: JsonWhitespace;
  readonly #root: unknown;
  readonly #ids = new Map<unknown, number>();
  readonly #rules = new Map<string, Rule>();
  readonly #drafts: Draft[] = [];
  readonly #end: State;
  #depth = 0;

  /** `$ref`s point into `root`. */
  constructor(machine: Machine, root: unknown, options: CompileOptions) {
    this.machine = machine;
    this.#root = root;
    this.budget = options.budget;
    this.strict = options.strict;
    this.space = options.space;
    this.#end = new State(machine, true);
  }

  /** The rule of values for which all the schemas hold. Whether it has any text is known after `finish`. */
  rule(places: readonly SchemaPlace[]): Rule {
    this.budget.spend(1);
    if (++this.#depth > DEEPEST) throw unsupportedSchema(places[0]?.path ?? '', `is nested more than ${DEEPEST} deep`);
    const flat = this.flat(places);
    const rule = flat ? this.#ruleOf(flat) : this.#draft([]);
    this.#depth--;
    return rule;
  }

  /** Sets of parts, without alternatives in them, of which one holds where all the schemas do. */
  leaves(places: readonly SchemaPlace[]): SchemaPart[][] {
    this.budget.spend(1);
    const flat = this.flat(places);
    if (!flat) return [];
    const { parts, groups } = flat;
    if (groups.length === 0) return [[...parts]];
    return combinations(parts, groups).flatMap((set) => this.leaves(set));
  }

  flat(places: readonly SchemaPlace[]): FlatSchema | null {
    return flatten(places, this.#root, this.strict, (members, path) => {
      if (this.strict) this.#checkDisjoint(members, path);
    });
  }

  /** Finds out which rules have texts, until nothing changes. To be called when all rules are made, before any is used. */
  finish(): void {
    for (let changed = true; changed; ) {
      changed = false;
      // What a rule refers to is mostly made after it.
      for (const draft of this.#drafts.toReversed()) {
        this.budget.tick();
        if (!draft.isEmpty || !draft.alternatives.some((alternative) => alternative.isPossible())) continue;
        draft.isEmpty = false;
        changed = true;
      }
    }
  }

  #ruleOf({ parts, groups }: FlatSchema): Rule {
    if (parts.length === 0 && groups.length === 0) return jsonRules(this.space).value;
    const key = `${parts.map(({ schema }) => this.#idOf(schema)).sort()}|${groups.map((group) => group.map(({ schema }) => this.#idOf(schema))).join('|')}`;
    const known = this.#rules.get(key);
    if (known) return known;
    const draft = this.#draft([]);
    this.#rules.set(key, draft);
    draft.alternatives = groups.length > 0 ? this.#choices(parts, groups) : this.#values(parts);
    return draft;
  }

  #draft(alternatives: readonly Alternative[]): Draft {
    const start: State = new State(this.machine, false, (state) => {
      for (const alternative of draft.alternatives) if (alternative.isPossible()) state.jump(alternative.start);
    });
    const draft: Draft = { start, isEmpty: true, alternatives };
    this.#drafts.push(draft);
    return draft;
  }

  /** One member of each group holds, and all parts with it. */
  #choices(parts: readonly SchemaPart[], groups: FlatSchema['groups']): Alternative[] {
    return combinations(parts, groups).map((set) => {
      const rule = this.rule(set);
      return { start: rule.start, isPossible: () => !rule.isEmpty };
    });
  }

  #values(parts: readonly SchemaPart[]): Alternative[] {
    const constants = constantsOf(parts, this.strict);
    if (constants) return this.#constants(constants);
    return allowedTypes(parts).flatMap((type) => {
      const found = this.#ofType(type, parts);
      return found ? [found] : [];
    });
  }

  #constants(values: readonly unknown[]): Alternative[] {
    const plain = values.filter((value) => typeof value !== 'object' || value === null);
    const texts = plain.map((value) => JSON.stringify(value));
    this.budget.spend(texts.reduce((sum, text) => sum + text.length, 0));
    const alternatives = texts.length > 0 ? [always(literals(this.machine, texts, this.#end))] : [];
    for (const value of values) {
      if (typeof value !== 'object' || value === null) continue;
      const rule = this.rule([constantSchema(value)]);
      alternatives.push({ start: rule.start, isPossible: () => !rule.isEmpty });
    }
    return alternatives;
  }

  #ofType(type: JsonType, parts: readonly SchemaPart[]): Alternative | null {
    if (type === 'null') return always(literals(this.machine, ['null'], this.#end));
    if (type === 'boolean') return always(literals(this.machine, ['true', 'false'], this.#end));
    if (type === 'string') {
      const limits = stringLimits(parts, this.strict, this.budget);
      if (!limits) return null;
      const { dfa, min, max } = limits;
      return always((dfa ? sharedRule(dfa, 'json') : countedString(min, max)).start);
    }
    if (type === 'object') {
      const shape = objectShape(parts, this);
      if (!shape) return always(jsonRules(this.space).object.start);
      return { start: objectStart(this.machine, this.space, shape), isPossible: () => isPossible(shape) };
    }
    if (type === 'array') {
      const shape = arrayShape(parts, this);
      if (!shape) return always(jsonRules(this.space).array.start);
      return {
        start: arrayStart(this.machine, this.space, shape),
        isPossible: () => mostItems(shape) >= shape.min,
      };
    }
    const rule = numberRuleOf(type, parts, this);
    return rule && always(rule.start);
  }

  #checkDisjoint(members: readonly SchemaPlace[], path: string): void {
    const flat = (place: SchemaPlace): FlatSchema | null => flatten([place], this.#root, true, () => {});
    for (const [i, member] of members.entries()) {
      for (const other of members.slice(0, i)) {
        this.budget.tick();
        if (areDisjoint(other, member, flat)) continue;
        throw unsupportedSchema(
          path,
          'has members that may both hold; strict schemas may have oneOf with other types or tags for each, or anyOf',
        );
      }
    }
  }

  #idOf(schema: unknown): number {
    let id = this.#ids.get(schema);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(schema, id);
    }
    return id;
  }
}

function combinations(parts: readonly SchemaPart[], groups: FlatSchema['groups']): (readonly SchemaPlace[])[] {
  let sets: (readonly SchemaPlace[])[] = [parts];
  for (const group of groups) {
    sets = sets.flatMap((set) => group.map((member) => [...set, member]));
    if (groups.length > 1 && sets.length > MOST_ALTERNATIVES)
      throw unsupportedSchema(group[0]!.path, `combines more than ${MOST_ALTERNATIVES} alternatives`);
  }
  return sets;
}

function always(start: State): Alternative {
  return { start, isPossible: () => true };
}

/** A schema of just this object or list, its own members too. */
function constantSchema(value: object): SchemaPlace {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => ({ const: item }));
    return { schema: { type: 'array', prefixItems: items, items: false, minItems: value.length }, path: '' };
  }
  const names = Object.keys(value);
  const properties = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, { const: member }]));
  return { schema: { type: 'object', properties, required: names, additionalProperties: false }, path: '' };
}
