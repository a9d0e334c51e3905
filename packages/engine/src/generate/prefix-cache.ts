import type { SequenceState, SequenceStates } from '../model/sequence-states.ts';

/**
 * What stands at one place of a prompt. Text is known by its token ids; a place that holds something else (a piece of a
 * picture) by a hash of what it is, for its token id says nothing.
 */
export type PrefixKey = ArrayLike<number | string>;

type Checkpoint = { key: readonly (number | string)[]; state: SequenceState };

/**
 * States of prompts that were absorbed before, so that the next one that begins alike need not begin anew. A recurrent
 * state cannot be cut back: a checkpoint serves only prompts that begin with all of it. Least recently used ones give
 * way, to newer ones and to whoever needs their memory.
 */
export class PrefixCache {
  readonly #states: SequenceStates;
  readonly #capacity: number;
  /** Least recently used first. */
  readonly #checkpoints: Checkpoint[] = [];
  /** Is being copied and must not be given up meanwhile. */
  #pinned: Checkpoint | null = null;

  /** `capacity`: checkpoints kept at the most; 0 keeps none. */
  constructor(states: SequenceStates, capacity: number) {
    this.#states = states;
    this.#capacity = capacity;
    states.spare = () => this.#evict();
  }

  get size(): number {
    return this.#checkpoints.length;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** How much of a prompt the best checkpoint has absorbed. */
  matchedLength(prompt: PrefixKey): number {
    return this.#best(prompt)?.key.length ?? 0;
  }

  /**
   * A sequence of its own that has absorbed as much of the prompt as any checkpoint has, but not all of it: the last
   * token is left to compute logits with. Null where nothing serves. The caller drops it.
   */
  fork(prompt: PrefixKey): SequenceState | null {
    const best = this.#best(prompt);
    return best && this.#copy(best, best.state);
  }

  /** Keeps a copy of a state that has absorbed the first `state.length` places of `prompt`. */
  save(prompt: PrefixKey, state: SequenceState): void {
    if (this.#refresh(prompt, state.length) || !this.#makeRoom()) return;
    const copy = this.#copy(null, state);
    if (copy) this.#checkpoints.push({ key: firstOf(prompt, state.length), state: copy });
  }

  /** Keeps the state itself, which the caller gives up. */
  adopt(prompt: PrefixKey, state: SequenceState): void {
    if (state.length === 0 || this.#refresh(prompt, state.length) || !this.#makeRoom()) this.#states.drop(state);
    else this.#checkpoints.push({ key: firstOf(prompt, state.length), state });
  }

  /** The state that has absorbed exactly this prompt, if it is kept. It stays the cache's. */
  find(prompt: PrefixKey): SequenceState | null {
    return this.#checkpoints.find(({ key }) => key.length === prompt.length && begins(prompt, key))?.state ?? null;
  }

  clear(): void {
    while (this.#evict());
  }

  #best(prompt: PrefixKey): Checkpoint | null {
    let best: Checkpoint | null = null;
    for (const checkpoint of this.#checkpoints) {
      const { length } = checkpoint.key;
      if (length < prompt.length && length > (best?.key.length ?? 0) && begins(prompt, checkpoint.key))
        best = checkpoint;
    }
    return best;
  }

  /** A fork of `state`; null where memory does not suffice. A `source` is used by this, and not given up for it. */
  #copy(source: Checkpoint | null, state: SequenceState): SequenceState | null {
    if (source) this.#touch(source);
    this.#pinned = source;
    try {
      while (this.#states.freeSlots === 0) if (!this.#evict()) return null;
      return this.#states.makeRoom(1) ? this.#states.fork(state) : null;
    } finally {
      this.#pinned = null;
    }
  }

  /** Marks a checkpoint of exactly this prefix as used, if there is one. */
  #refresh(prompt: PrefixKey, length: number): boolean {
    const known = this.#checkpoints.find(({ key }) => key.length === length && begins(prompt, key));
    if (known) this.#touch(known);
    return known !== undefined;
  }

  #touch(checkpoint: Checkpoint): void {
    this.#checkpoints.splice(this.#checkpoints.indexOf(checkpoint), 1);
    this.#checkpoints.push(checkpoint);
  }

  #makeRoom(): boolean {
    while (this.#checkpoints.length >= this.#capacity) if (!this.#evict()) return false;
    return true;
  }

  /** Gives up the least recently used checkpoint. False where there is none. */
  #evict(): boolean {
    const at = this.#checkpoints.findIndex((checkpoint) => checkpoint !== this.#pinned);
    if (at < 0) return false;
    const [oldest] = this.#checkpoints.splice(at, 1);
    this.#states.drop(oldest!.state);
    return true;
  }
}

/** Whether a prompt begins with a key that is not longer. */
export function begins(prompt: PrefixKey, key: PrefixKey, length = key.length): boolean {
  // Prompts differ rather at their end, and lengths are long: the last place is the best first guess.
  for (let i = length - 1; i >= 0; i--) if (prompt[i] !== key[i]) return false;
  return true;
}

function firstOf(prompt: PrefixKey, length: number): (number | string)[] {
  return Array.from({ length }, (_, i) => prompt[i]!);
}
