/** What one step of so many answers brought: `guessed`, whether drafts were among its tokens. */
export type StepOutcome = { answers: number; guessed: boolean; tokens: number; seconds: number };

/** Steps with and without guesses that are compared, and how long a comparison holds. */
const PLAIN_STEPS = 4;
const GUESSED_STEPS = 16;
const STEPS_ON = 128;
const FEWEST_STEPS_OFF = 64;
const MOST_STEPS_OFF = 4096;

/** Steps of one number of answers: `left` of them go on without another look. */
type Phase = {
  kind: 'plain' | 'trial' | 'on' | 'off';
  left: number;
  /** Seconds of a step without guesses; of the latest ones, an average. */
  plainSeconds: number;
  /** Tokens and seconds of steps with guesses since the phase began. */
  tokens: number;
  seconds: number;
  /** How long guessing is left off the next time it does not pay. */
  pause: number;
};

/**
 * Lets guesses through only while they pay: more tokens a second than without them, measured here and now. Batches with
 * different numbers of answers are judged apart, for the more answers share a step, the less room it has for guesses.
 * What did not pay is tried again, ever more rarely.
 */
export class SpeculationGate {
  readonly #phases = new Map<number, Phase>();

  /** Whether the next step of so many answers should guess. */
  isOpen(answers: number): boolean {
    const { kind } = this.#phase(answers);
    return kind === 'trial' || kind === 'on';
  }

  /** Tells what a step brought that had nothing in it but answers. */
  observe({ answers, guessed, tokens, seconds }: StepOutcome): void {
    const phase = this.#phase(answers);
    if (guessed) {
      phase.tokens += tokens;
      phase.seconds += seconds;
    } else phase.plainSeconds += (seconds - phase.plainSeconds) * (phase.plainSeconds === 0 ? 1 : 1 / PLAIN_STEPS);
    // Where drafts are wanted and none is found, nothing is learnt about them.
    if (guessed !== (phase.kind === 'trial' || phase.kind === 'on') || --phase.left > 0) return;
    if (phase.kind === 'plain' || phase.kind === 'off') this.#enter(phase, 'trial', GUESSED_STEPS);
    else if (phase.tokens / phase.seconds > answers / phase.plainSeconds) {
      // A look at steps without guesses every now and then, for those get slower as answers grow.
      if (phase.kind === 'on') this.#enter(phase, 'plain', 1);
      else this.#enter(phase, 'on', STEPS_ON);
      phase.pause = FEWEST_STEPS_OFF;
    } else {
      this.#enter(phase, 'off', phase.pause);
      phase.pause = Math.min(MOST_STEPS_OFF, 2 * phase.pause);
    }
  }

  #phase(answers: number): Phase {
    const known = this.#phases.get(answers);
    if (known) return known;
    const phase: Phase = {
      kind: 'plain',
      left: PLAIN_STEPS,
      plainSeconds: 0,
      tokens: 0,
      seconds: 0,
      pause: FEWEST_STEPS_OFF,
    };
    this.#phases.set(answers, phase);
    return phase;
  }

  #enter(phase: Phase, kind: Phase['kind'], left: number): void {
    Object.assign(phase, { kind, left, tokens: 0, seconds: 0 });
  }
}
