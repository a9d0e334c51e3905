import type { Buffer, Step } from './plan.ts';

/** Buffers that a step reads, and those that it writes. What it changes in place is in both. */
export function buffersOf(step: Step): { reads: Buffer[]; writes: Buffer[] } {
  switch (step.op) {
    case 'embed':
      return { reads: [], writes: [step.out] };
    case 'norm':
    case 'gather':
      return { reads: [step.input], writes: [step.out] };
    case 'project': {
      const writes = step.products.map((product) => product.out);
      return { reads: step.add ? [step.input, ...writes] : [step.input], writes };
    }
    case 'convolve': {
      const changed = [step.qkv, step.a, step.b];
      return { reads: changed, writes: changed };
    }
    case 'delta-rule':
      return { reads: [step.qkv, step.a, step.b, step.z], writes: [step.out] };
    case 'rope':
      return { reads: [step.q, step.k, step.v], writes: [step.q] };
    case 'attend':
      return { reads: [step.q], writes: [step.out] };
    case 'swiglu':
      return { reads: [step.gate, step.up], writes: [step.out] };
    case 'experts':
      return { reads: [step.input, step.router, step.hidden], writes: [step.hidden] };
    case 'recall':
      return { reads: step.input ? [step.input] : [], writes: [step.out] };
    case 'remember':
      return { reads: [step.input], writes: [] };
    case 'add-gated':
      return { reads: [step.gate, step.value, step.hidden], writes: [step.hidden] };
  }
}

/** Steps that belong together, and the one buffer that is alive when they begin (none at the very start). */
export type Segment = { steps: Step[]; input: Buffer | null };

/** The buffers that steps read before they write them. */
export function inputsOf(steps: Step[]): Buffer[] {
  return [...(aliveBefore(steps, [])[0] ?? [])];
}

/**
 * Cuts steps wherever no more than one buffer is alive, that is, written before and read after, be it by these steps or
 * as one of those `wanted` in the end. There, and only there, a model can go on in another memory by carrying that one
 * buffer over.
 */
export function cutIntoSegments(steps: Step[], wanted: Buffer[] = []): Segment[] {
  const alive = aliveBefore(steps, wanted);
  const segments: Segment[] = [];
  steps.forEach((step, i) => {
    const buffers = [...alive[i]!];
    if (i === 0 || buffers.length <= 1) segments.push({ steps: [], input: buffers[0] ?? null });
    segments.at(-1)!.steps.push(step);
  });
  return segments;
}

/** For each step the buffers that are alive before it; those `wanted` are alive after the last. */
export function aliveBefore(steps: Step[], wanted: Buffer[]): Set<Buffer>[] {
  const alive: Set<Buffer>[] = [];
  let after = new Set(wanted);
  for (let i = steps.length - 1; i >= 0; i--) {
    const { reads, writes } = buffersOf(steps[i]!);
    after = new Set([...[...after].filter((buffer) => !writes.includes(buffer)), ...reads]);
    alive[i] = after;
  }
  return alive;
}
