/** What one step of so many answers brought: `guessed`, whether drafts were among its tokens. */
export type StepOutcome = { answers: number; guessed: boolean; tokens: number; seconds: number };

/** Steps with and without guesses that are compared, and how long a comparison holds. */
const PLAIN_STEPS = 4;
const TRIAL_STEPS = 8;
const STEPS_ON = 128;
const FEWEST_STEPS_OFF = 64;
const MOST_STEPS_OFF = 4096;

/** Steps of one number of answers; `left` of them go on without another look. */
type Phase = {
  kind: 'plain' | 'trial' | 'on';
  left: number;
  /** Steps without guesses of late, and their seconds. */
  plainSteps: number;
  plainSeconds: number;
  /** Tokens and seconds of the steps with guesses in this phase. */
  tokens: number;
  seconds: number;
  /** How long guessing is left off the next time it does not pay. */
  pause: number;
};

/**
 * Lets guesses through only while they pay: more tokens a second than without them, measured here and now. Batches with
 * different numbers of answers are judged apart, for the more answers share a step, the less room it has for guesses.
 * What pays is looked at again every now and then, for all steps get slower as answers grow; what did not pay is tried
 * again, ever more rarely.
 */
export class SpeculationGate {
  readonly #phases = new Map<number, Phase>();

  /** Whether the next step of so many answers should guess. */
  isOpen(answers: number): boolean {
    return this.#phase(answers).kind !== 'plain';
  }

  /** Tells what a step brought that had nothing in it but answers. */
  observe({ answers, guessed, tokens, seconds }: StepOutcome): void {
    const phase = this.#phase(answers);
    if (guessed) {
      phase.tokens += tokens;
      phase.seconds += seconds;
    } else {
      phase.plainSteps++;
      phase.plainSeconds += seconds;
    }
    // Where drafts are wanted and none is found, nothing is learnt about them.
    if (guessed === (phase.kind === 'plain') || --phase.left > 0) return;
    if (phase.kind === 'plain') enter(phase, 'trial', TRIAL_STEPS);
    else if (phase.tokens / phase.seconds > (answers * phase.plainSteps) / phase.plainSeconds) {
      if (phase.kind === 'trial') enter(phase, 'on', STEPS_ON);
      else enter(phase, 'plain', PLAIN_STEPS);
      phase.pause = FEWEST_STEPS_OFF;
    } else {
      enter(phase, 'plain', phase.pause);
      phase.pause = Math.min(MOST_STEPS_OFF, 2 * phase.pause);
    }
  }

  #phase(answers: number): Phase {
    const known = this.#phases.get(answers);
    if (known) return known;
    const phase: Phase = {
      kind: 'plain',
      left: PLAIN_STEPS,
      plainSteps: 0,
      plainSeconds: 0,
      tokens: 0,
      seconds: 0,
      pause: FEWEST_STEPS_OFF,
    };
    this.#phases.set(answers, phase);
    return phase;
  }
}

function enter(phase: Phase, kind: Phase['kind'], left: number): void {
  Object.assign(phase, { kind, left, tokens: 0, seconds: 0 });
  if (kind === 'plain') Object.assign(phase, { plainSteps: 0, plainSeconds: 0 });
}
