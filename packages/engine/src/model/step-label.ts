import type { Step } from './plan.ts';

/** What a step is called where its cost is told: `project normed → qkv+z+b+a`, `delta-rule`, `attend`. */
export function stepLabel(step: Step): string {
  switch (step.op) {
    case 'project':
      return `project ${step.input.name} → ${step.products.map(({ out }) => out.name).join('+')}`;
    case 'norm':
    case 'gather':
      return `${step.op} ${step.out.name}`;
    default:
      return step.op;
  }
}
