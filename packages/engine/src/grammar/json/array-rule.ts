import type { Machine } from '../automaton/machine.ts';
import { type Rule, State } from '../automaton/state.ts';
import { gap, type JsonWhitespace } from './whitespace.ts';

export type ArrayShape = {
  /** Rules of the first items, then of all others; null: no others. */
  readonly prefix: readonly Rule[];
  readonly items: Rule | null;
  readonly min: number;
  readonly max: number;
};

/** A JSON array. Counts are states made when they are met. */
export function arrayStart(machine: Machine, space: JsonWhitespace, shape: ArrayShape): State {
  return new State(machine, false, (start) => {
    const maker = new ArrayStates(machine, space, shape);
    start.edge(0x5b, 0x5b, gap(machine, space, 'bracket', maker.first()));
  });
}

/** The most items that an array can have. */
export function mostItems({ prefix, items, max }: ArrayShape): number {
  const gapAt = prefix.findIndex((rule) => rule.isEmpty);
  const reach = gapAt >= 0 ? gapAt : items && !items.isEmpty ? Number.POSITIVE_INFINITY : prefix.length;
  return Math.min(reach, max);
}

class ArrayStates {
  readonly #machine: Machine;
  readonly #space: JsonWhitespace;
  readonly #shape: ArrayShape;
  readonly #most: number;
  /** Later counts differ in nothing. */
  readonly #settled: number;
  readonly #close: State;
  readonly #states = new Map<number, State>();

  constructor(machine: Machine, space: JsonWhitespace, shape: ArrayShape) {
    this.#machine = machine;
    this.#space = space;
    this.#shape = shape;
    this.#most = mostItems(shape);
    this.#settled = Math.max(shape.min, shape.prefix.length);
    this.#close = new State(machine);
    this.#close.edge(0x5d, 0x5d, new State(machine, true));
  }

  first(): State {
    const state = new State(this.#machine);
    if (this.#shape.min === 0) state.jump(this.#close);
    if (this.#most > 0) state.jump(this.#item(0));
    return state;
  }

  #item(count: number): State {
    return new State(this.#machine, false, (state) =>
      state.call(this.#shape.prefix[count] ?? this.#shape.items!, this.#after(count + 1)),
    );
  }

  #after(items: number): State {
    const count = this.#most === Number.POSITIVE_INFINITY ? Math.min(items, this.#settled) : items;
    const known = this.#states.get(count);
    if (known) return known;
    const state = new State(this.#machine, false, (self) => {
      if (count >= this.#shape.min) self.jump(gap(this.#machine, this.#space, 'bracket', this.#close));
      if (count < this.#most) self.edge(0x2c, 0x2c, gap(this.#machine, this.#space, 'comma', this.#item(count)));
    });
    // Every item takes a character and a comma at least.
    state.counts = (longest) => {
      if (this.#most - count <= longest || count <= this.#settled) return state;
      return this.#after(this.#settled);
    };
    this.#states.set(count, state);
    return state;
  }
}
