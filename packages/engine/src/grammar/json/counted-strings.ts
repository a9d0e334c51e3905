import { STRING_GROUPS } from '../automaton/byte-groups.ts';
import { Machine } from '../automaton/machine.ts';
import { type Rule, State } from '../automaton/state.ts';
import { addCharEdges } from '../regex/utf8-edges.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MOST_RULES = 64;

/** All grammars share the states of strings, and with them their masks. */
const machine = new Machine();
const rules = new Map<string, Rule>();

/** One character of a string, plain or escaped, and the state after it. */
const charEnd = new State(machine);
const charStart = new State(machine, false, (start) => {
  addCharEdges(start, machine, [
    { from: 0x20, to: 0x21, target: charEnd },
    { from: 0x23, to: 0x5b, target: charEnd },
    { from: 0x5d, to: 0xd7ff, target: charEnd },
    { from: 0xe000, to: 0x10ffff, target: charEnd },
  ]);
  start.edge(BACKSLASH, BACKSLASH, escapeState());
});

/**
 * A JSON string of `min` to `max` characters: any UTF-8 but control characters, and all escapes, of which those of
 * surrogates must be pairs. A string with the same bounds is always the same rule.
 */
export function countedString(min = 0, max = Number.POSITIVE_INFINITY): Rule {
  const key = `${min} ${max}`;
  let rule = rules.get(key);
  if (!rule) {
    rule = makeRule(min, max);
    const oldest = rules.size >= MOST_RULES ? [...rules.keys()].find((known) => known !== '0 Infinity') : undefined;
    if (oldest !== undefined) rules.delete(oldest);
    rules.set(key, rule);
  }
  return rule;
}

function makeRule(min: number, max: number): Rule {
  const end = new State(machine, true);
  const states = new Map<string, CountedState>();
  const stateOf = (count: number, inner: State): CountedState => {
    // Without an end, more than the least is all the same.
    const counted = max === Number.POSITIVE_INFINITY ? Math.min(count, min) : count;
    const key = `${counted} ${inner.id}`;
    let state = states.get(key);
    if (!state) {
      state = new CountedState(counted, inner, { min, max, end, stateOf });
      states.set(key, state);
    }
    return state;
  };
  return { start: new State(machine, false, (start) => start.edge(QUOTE, QUOTE, stateOf(0, charStart))) };
}

type Counting = {
  readonly min: number;
  readonly max: number;
  readonly end: State;
  readonly stateOf: (count: number, inner: State) => State;
};

/** After `count` characters, and in the next one at `inner`. */
class CountedState extends State {
  readonly #count: number;
  readonly #inner: State;
  readonly #counting: Counting;

  constructor(count: number, inner: State, counting: Counting) {
    super(machine);
    this.#count = count;
    this.#inner = inner;
    this.#counting = counting;
    if (inner === charStart && count < counting.max)
      this.runs = [{ groups: STRING_GROUPS, chars: counting.max - count }];
  }

  override get hasEdges(): boolean {
    return true;
  }

  override step(byte: number): State | undefined {
    const { min, max, end, stateOf } = this.#counting;
    if (this.#inner === charStart) {
      if (byte === QUOTE) return this.#count >= min ? end : undefined;
      if (this.#count === max) return undefined;
    }
    const inner = this.#inner.step(byte);
    if (!inner) return undefined;
    return inner === charEnd ? stateOf(this.#count + 1, charStart) : stateOf(this.#count, inner);
  }

  /** Counts that are too far from both bounds for one token to meet them differ in nothing. */
  override alike(longest: number): State {
    const { min, max, stateOf } = this.#counting;
    const count = this.#count;
    if (max - count <= longest) return this;
    if (count >= min) return stateOf(min, this.#inner);
    return min - count > longest ? stateOf(0, this.#inner) : this;
  }
}

/** After a backslash. */
function escapeState(): State {
  return new State(machine, false, (state) => {
    for (const char of '"\\/bfnrt') state.edge(char.charCodeAt(0), char.charCodeAt(0), charEnd);
    const low = word('\\u', range('dD', range('c-fC-F', hex(2, charEnd))));
    const afterD = new State(machine, false, (next) => {
      addHex(next, '0-7', hex(2, charEnd));
      addHex(next, '89abAB', hex(2, low));
    });
    const digits = new State(machine, false, (next) => {
      addHex(next, '0-9a-cA-CefEF', hex(3, charEnd));
      addHex(next, 'dD', afterD);
    });
    state.edge(0x75, 0x75, digits);
  });
}

function word(text: string, then: State): State {
  let state = then;
  for (const char of Array.from(text).reverse()) state = range(char, state);
  return state;
}

function hex(count: number, then: State): State {
  let state = then;
  for (let i = 0; i < count; i++) state = range('0-9a-fA-F', state);
  return state;
}

function range(chars: string, then: State): State {
  return new State(machine, false, (state) => addHex(state, chars, then));
}

/** Edges for characters and ranges of them. */
function addHex(state: State, chars: string, then: State): void {
  for (const [, low, high] of chars.matchAll(/(.)(?:-(.))?/g))
    state.edge(low!.charCodeAt(0), (high ?? low!).charCodeAt(0), then);
}
