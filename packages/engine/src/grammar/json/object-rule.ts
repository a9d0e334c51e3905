import { literals } from '../automaton/literals.ts';
import type { Machine } from '../automaton/machine.ts';
import { type Rule, State } from '../automaton/state.ts';
import { gap, type JsonWhitespace } from './whitespace.ts';

export type ObjectShape = {
  /** In the order in which they must come. */
  readonly properties: readonly { readonly name: string; readonly value: Rule; readonly isRequired: boolean }[];
  /** Keys and values of what may follow. */
  readonly others: readonly { readonly key: Rule; readonly value: Rule }[];
  readonly min: number;
  readonly max: number;
};

/** A JSON object. */
export function objectStart(machine: Machine, space: JsonWhitespace, shape: ObjectShape): State {
  return new State(machine, false, (start) => {
    const maker = new ObjectStates(machine, space, shape);
    start.edge(0x7b, 0x7b, gap(machine, space, 'bracket', maker.first()));
  });
}

/** Whether any object has the shape. */
export function isPossible({ properties, others, min, max }: ObjectShape): boolean {
  if (properties.some(({ isRequired, value }) => isRequired && value.isEmpty)) return false;
  const required = properties.filter(({ isRequired }) => isRequired).length;
  const most = others.some(({ value }) => !value.isEmpty)
    ? Number.POSITIVE_INFINITY
    : properties.filter(({ value }) => !value.isEmpty).length;
  return required <= max && Math.max(min, 0) <= Math.min(most, max);
}

class ObjectStates {
  readonly #machine: Machine;
  readonly #space: JsonWhitespace;
  readonly #shape: ObjectShape;
  readonly #others: ObjectShape['others'];
  /** How many properties from an index on are required, and how many there may be. */
  readonly #required: number[] = [0];
  readonly #available: number[];
  readonly #close: State;
  readonly #states = new Map<string, State>();

  constructor(machine: Machine, space: JsonWhitespace, shape: ObjectShape) {
    this.#machine = machine;
    this.#space = space;
    this.#shape = shape;
    this.#others = shape.others.filter(({ value }) => !value.isEmpty);
    this.#available = [this.#others.length > 0 ? Number.POSITIVE_INFINITY : 0];
    for (const { isRequired, value } of shape.properties.toReversed()) {
      this.#required.unshift(this.#required[0]! + (isRequired ? 1 : 0));
      this.#available.unshift(this.#available[0]! + (value.isEmpty ? 0 : 1));
    }
    this.#close = new State(machine);
    this.#close.edge(0x7d, 0x7d, new State(machine, true));
  }

  first(): State {
    const state = new State(this.#machine);
    if (this.#mayClose(0, 0)) state.jump(this.#close);
    state.jump(this.#key(0, 0));
    return state;
  }

  /** One of the properties from `index` on comes, after `count` others. */
  #key(index: number, count: number): State {
    return this.#made(`key ${index} ${count}`, (state) => {
      const property = this.#shape.properties[index];
      if (property) {
        const { name, value, isRequired } = property;
        if (!value.isEmpty && this.#canFollow(index + 1, count + 1)) {
          const then = this.#value(value, index + 1, count + 1);
          state.jump(literals(this.#machine, [`${JSON.stringify(name)}:`], then));
        }
        if (!isRequired && this.#canFollow(index + 1, count)) state.jump(this.#key(index + 1, count));
      } else if (this.#canFollow(index, count + 1)) {
        for (const { key, value } of this.#others) {
          const colon = this.#made(
            `colon ${this.#others.findIndex((other) => other.value === value)} ${count}`,
            (self) => self.edge(0x3a, 0x3a, this.#value(value, index, count + 1)),
          );
          state.call(key, colon);
        }
      }
    });
  }

  #value(value: Rule, index: number, count: number): State {
    const call = new State(this.#machine, false, (state) => state.call(value, this.#after(index, count)));
    return gap(this.#machine, this.#space, 'colon', call);
  }

  #after(index: number, count: number): State {
    return this.#made(`after ${index} ${this.#counted(count)}`, (state) => {
      const held = this.#counted(count);
      if (this.#mayClose(index, held)) state.jump(gap(this.#machine, this.#space, 'bracket', this.#close));
      if (this.#available[index]! > 0 && held < this.#shape.max)
        state.edge(0x2c, 0x2c, gap(this.#machine, this.#space, 'comma', this.#key(index, held)));
    });
  }

  #mayClose(index: number, count: number): boolean {
    return this.#required[index] === 0 && count >= this.#shape.min;
  }

  /** Whether an object with `count` properties can be completed by those from `index` on. */
  #canFollow(index: number, count: number): boolean {
    return count + this.#required[index]! <= this.#shape.max && count + this.#available[index]! >= this.#shape.min;
  }

  /** Counts only as far as it matters. */
  #counted(count: number): number {
    return this.#shape.max === Number.POSITIVE_INFINITY ? Math.min(count, this.#shape.min) : count;
  }

  #made(key: string, fill: (state: State) => void): State {
    let state = this.#states.get(key);
    if (!state) {
      state = new State(this.#machine, false, fill);
      this.#states.set(key, state);
    }
    return state;
  }
}
