import type { WeightMatrix } from '../checkpoint/weights.ts';
import type { Plan, Step } from './plan.ts';
import type { VisionPlan } from './vision-plan.ts';

/** Every matrix that a plan uses, once, in the order of first use. */
export function matricesOf(plan: Plan): WeightMatrix[] {
  const { layers, head, draft } = plan;
  const drafting = draft ? [...draft.layers, ...draft.head] : [];
  return [...new Set([...layers, ...head, ...drafting].flatMap(matricesOfStep))];
}

/** Every matrix of a vision tower, once, in the order of first use. */
export function matricesOfTower({ phases }: VisionPlan): WeightMatrix[] {
  return [...new Set(phases.flat().flatMap((step) => (step.op === 'vision-project' ? [step.weight] : [])))];
}

/** The matrices that one step reads. */
export function matricesOfStep(step: Step): WeightMatrix[] {
  switch (step.op) {
    case 'embed':
      return [step.table];
    case 'project':
      return step.products.map((product) => product.weight);
    case 'experts':
      return step.experts.flatMap((expert) => [expert.gate, expert.up, expert.down]);
    default:
      return [];
  }
}

/**
 * Whether a matrix of the model is of a format for which activations are rounded to 8 bits, unless told otherwise. The
 * draft head's do not count: what the model says must not depend on it.
 */
export function roundsActivations(plan: Plan): boolean {
  return matricesOf({ ...plan, draft: null }).some(
    (matrix) => matrix.encoding.kind === 'blocks' && matrix.roundsActivations,
  );
}
