import type { TokenEnds } from '../masks/token-ends.ts';
import type { TokenMask } from '../masks/token-mask.ts';
import type { TokenPart } from '../masks/token-part.ts';
import type { Run, State } from './state.ts';

let nodes = 0;

/** A place in the stacks of all readings of the text: where to go on when the open rule ends. Interned. */
export type StackNode = {
  readonly id: number;
  /** Whether for one reading nothing is below: the outermost rule. */
  readonly isBottom: boolean;
  /** Where to go on, and the stack below that; ordered. */
  readonly states: readonly State[];
  readonly below: readonly StackNode[];
};

/** All readings of the text so far: states and the stack of each. Interned, so that what is computed for one stays. */
export type Config = {
  readonly states: readonly State[];
  readonly stacks: readonly StackNode[];
  /** Whether the outermost rule may end here. */
  readonly mayEnd: boolean;
  /** What surely may come. */
  readonly runs: readonly Run[];
  /** What comes after a byte: null nothing, undefined not known yet. */
  readonly next: (Config | null | undefined)[];
  /** What is known of tokens, by what was read of them before. */
  parts: WeakMap<TokenEnds, TokenPart> | null;
  mask: TokenMask | null;
};

/** The stack of nothing. */
export const BOTTOM: StackNode = { id: nodes++, isBottom: true, states: [], below: [] };

const MOST_RUNS = 6;
/** When this many configurations or bytes of masks are remembered, all are forgotten. */
const MOST_CONFIGS = 8_000;
const MOST_BYTES = 96e6;

/**
 * Runs states as a set of stacks that share what they have in common (a graph-structured stack, as of Tomita's
 * parser), one byte at a time, and remembers each step: a lazily built automaton.
 */
export class Machine {
  readonly #nodes = new Map<string, StackNode>();
  readonly #configs = new Map<string, Config>();
  readonly #reached = new Map<State, StackNode>();
  #mayEnd = false;
  #bytes = 0;

  /** The readings of a text that has not begun. Also those after a rule ended, with the stack below it cut off. */
  start(states: Iterable<State>): Config | null {
    for (const state of states) this.#reach(state, BOTTOM);
    return this.#finish();
  }

  /** The readings after one more byte; null where it may not come. */
  step(config: Config, byte: number): Config | null {
    const known = config.next[byte];
    if (known !== undefined) return known;
    const { states, stacks } = config;
    for (let i = 0; i < states.length; i++) {
      const target = states[i]!.step(byte);
      if (target) this.#reach(target, stacks[i]!);
    }
    const next = this.#finish();
    config.next[byte] = next;
    return next;
  }

  /** Just these states, with nothing below them. */
  alone(states: readonly State[]): Config {
    const distinct = [...new Set(states)].sort((a, b) => a.id - b.id);
    return this.#config(distinct, new Array<StackNode>(distinct.length).fill(BOTTOM), false);
  }

  /** Counts memory of masks; all is forgotten when it is too much. */
  charge(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Adds a reading and all that it stands for: returns, jumps and calls. */
  #reach(state: State, stack: StackNode): void {
    const known = this.#reached.get(state);
    const joined = known ? this.#join(known, stack) : stack;
    if (joined === known) return;
    this.#reached.set(state, joined);
    if (state.isFinal) {
      if (stack.isBottom) this.#mayEnd = true;
      for (let i = 0; i < stack.states.length; i++) this.#reach(stack.states[i]!, stack.below[i]!);
    }
    for (const target of state.jumps) this.#reach(target, stack);
    for (const { rule, then } of state.calls) this.#reach(rule.start, this.#node(false, [then], [stack]));
  }

  #finish(): Config | null {
    const states: State[] = [];
    for (const state of this.#reached.keys()) if (state.hasEdges) states.push(state);
    const mayEnd = this.#mayEnd;
    let config: Config | null = null;
    if (mayEnd || states.length > 0) {
      if (states.length > 1) states.sort((a, b) => a.id - b.id);
      const stacks = states.map((state) => this.#reached.get(state)!);
      config = this.#config(states, stacks, mayEnd);
    }
    this.#reached.clear();
    this.#mayEnd = false;
    return config;
  }

  #config(states: readonly State[], stacks: readonly StackNode[], mayEnd: boolean): Config {
    let key = mayEnd ? '.' : '';
    for (let i = 0; i < states.length; i++) key += `${states[i]!.id} ${stacks[i]!.id},`;
    const known = this.#configs.get(key);
    if (known) return known;
    if (this.#configs.size >= MOST_CONFIGS || this.#bytes > MOST_BYTES) this.#forget();
    const config: Config = {
      states,
      stacks,
      mayEnd,
      runs: bestRuns(states),
      next: new Array<Config | null | undefined>(256),
      parts: null,
      mask: null,
    };
    this.#configs.set(key, config);
    return config;
  }

  /** Configurations in use stay valid: being interned only saves work. */
  #forget(): void {
    this.#configs.clear();
    this.#nodes.clear();
    this.#bytes = 0;
  }

  #node(isBottom: boolean, states: readonly State[], below: readonly StackNode[]): StackNode {
    let key = isBottom ? '.' : '';
    for (let i = 0; i < states.length; i++) key += `${states[i]!.id} ${below[i]!.id},`;
    let node = this.#nodes.get(key);
    if (!node) {
      node = { id: nodes++, isBottom, states, below };
      this.#nodes.set(key, node);
    }
    return node;
  }

  /** The stacks of both. */
  #join(a: StackNode, b: StackNode): StackNode {
    if (a === b) return a;
    const pairs = a.states.map((state, i) => [state, a.below[i]!] as const);
    for (let i = 0; i < b.states.length; i++) {
      const state = b.states[i]!;
      const below = b.below[i]!;
      if (!pairs.some((pair) => pair[0] === state && pair[1] === below)) pairs.push([state, below]);
    }
    const isBottom = a.isBottom || b.isBottom;
    if (pairs.length === a.states.length && isBottom === a.isBottom) return a;
    pairs.sort((x, y) => x[0].id - y[0].id || x[1].id - y[1].id);
    if (isBottom && pairs.length === 0) return BOTTOM;
    return this.#node(
      isBottom,
      pairs.map((pair) => pair[0]),
      pairs.map((pair) => pair[1]),
    );
  }
}

/** The longest runs, without those that others contain. */
function bestRuns(states: readonly State[]): Run[] {
  const best: Run[] = [];
  const all = states.flatMap((state) => state.runs);
  if (all.length > 1) all.sort((a, b) => b.chars - a.chars);
  for (const run of all) {
    if (best.length === MOST_RUNS) break;
    if (!best.some(({ groups }) => (run.groups & ~groups) === 0)) best.push(run);
  }
  return best;
}
