import { LanternError } from '../errors.ts';

const MOST_STATES = 200_000;
const MOST_MS = 800;

/** How much one grammar may cost to compile. What exceeds it is refused, so that no input makes a server hang. */
export class Budget {
  readonly #until = performance.now() + MOST_MS;
  #states = MOST_STATES;
  #steps = 0;

  /** Counts states that are made. */
  spend(states: number): void {
    this.#states -= states;
    if (!(this.#states >= 0)) throw tooLarge(`it needs more than ${MOST_STATES} states`);
    this.tick();
  }

  /** To be called in loops. */
  tick(): void {
    if ((++this.#steps & 255) === 0 && performance.now() > this.#until)
      throw tooLarge(`it takes more than ${MOST_MS} ms to compile`);
  }
}

function tooLarge(why: string): LanternError {
  return new LanternError(
    'unsupported',
    `the grammar is too large: ${why}`,
    'use smaller counts, fewer alternatives or simpler patterns',
  );
}
