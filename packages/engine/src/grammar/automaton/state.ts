import type { Machine } from './machine.ts';

/** At such a state the text of `rule` comes next, after it what `then` says. */
export type Call = { readonly rule: Rule; readonly then: State };

/** Text of up to `chars` characters may come if all are of some byte groups. */
export type Run = { readonly groups: number; readonly chars: number };

/** What a rule's text may begin with. Filled in later where rules refer to each other in circles. */
export type Rule = {
  readonly start: State;
  /** Whether no text matches: then there is nothing to call. */
  readonly isEmpty?: boolean;
};

let states = 0;

/**
 * A state of a byte automaton with calls. What follows it may be made when it is first needed (`fill`), so that
 * grammars with large counts cost nothing until text gets there.
 *
 * No rule but the outermost may match the empty text; that keeps calls and returns of one position apart.
 */
export class State {
  readonly id = states++;
  /** The machine that masks of this state are remembered in: the grammar's, or one that several grammars share. */
  readonly machine: Machine;
  /** Whether the rule's text may end here. */
  readonly isFinal: boolean;
  /** Computes `alike` of a state that counts. */
  counts: ((longest: number) => State) | null = null;

  #runs: readonly Run[] = [];
  #fill: ((state: State) => void) | null;
  readonly #lows: number[] = [];
  readonly #highs: number[] = [];
  readonly #targets: State[] = [];
  readonly #jumps: State[] = [];
  readonly #calls: Call[] = [];

  constructor(machine: Machine, isFinal = false, fill: ((state: State) => void) | null = null) {
    this.machine = machine;
    this.isFinal = isFinal;
    this.#fill = fill;
  }

  /** States that this one stands for as well. */
  get jumps(): readonly State[] {
    if (this.#fill) this.#filled();
    return this.#jumps;
  }

  get calls(): readonly Call[] {
    if (this.#fill) this.#filled();
    return this.#calls;
  }

  /** What surely may come, so that a mask need not follow each token. */
  get runs(): readonly Run[] {
    if (this.#fill) this.#filled();
    return this.#runs;
  }

  set runs(runs: readonly Run[]) {
    this.#runs = runs;
  }

  get hasEdges(): boolean {
    if (this.#fill) this.#filled();
    return this.#targets.length > 0;
  }

  /** The state after a byte; undefined where the byte may not come. */
  step(byte: number): State | undefined {
    if (this.#fill) this.#filled();
    const lows = this.#lows;
    for (let i = 0; i < lows.length; i++) if (byte >= lows[i]! && byte <= this.#highs[i]!) return this.#targets[i];
    return undefined;
  }

  /**
   * A state whose tokens are the same, as far as tokens of `longest` characters can tell: states that only count
   * have few that differ.
   */
  alike(longest: number): State {
    return this.counts?.(longest) ?? this;
  }

  /** Leads bytes `low` to `high` to `target`. Ranges of one state must not overlap. */
  edge(low: number, high: number, target: State): void {
    this.#lows.push(low);
    this.#highs.push(high);
    this.#targets.push(target);
  }

  jump(target: State): void {
    this.#jumps.push(target);
  }

  /** A call after which nothing more comes is a jump: the stack does not grow. */
  call(rule: Rule, then: State): void {
    this.#calls.push({ rule, then });
  }

  #filled(): void {
    const fill = this.#fill;
    this.#fill = null;
    fill?.(this);
  }
}
