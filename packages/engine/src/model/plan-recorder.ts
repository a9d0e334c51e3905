import type { Buffer, Step } from './plan.ts';

/** Collects the steps of a plan. A buffer asked for twice under one name is one buffer: layers reuse their scratch. */
export class PlanRecorder {
  readonly #buffers = new Map<string, Buffer>();
  #steps: Step[] = [];

  /** The list that steps go to from now on. */
  begin(): Step[] {
    this.#steps = [];
    return this.#steps;
  }

  /** A buffer of `width` numbers for each token. */
  tokens(name: string, width: number): Buffer {
    return this.#buffer(name, width, 'tokens');
  }

  /** A buffer of `width` numbers for each row whose logits are wanted. */
  outputs(name: string, width: number): Buffer {
    return this.#buffer(name, width, 'outputs');
  }

  step(step: Step): void {
    this.#steps.push(step);
  }

  /** All buffers asked for so far. */
  get buffers(): Buffer[] {
    return [...this.#buffers.values()];
  }

  #buffer(name: string, width: number, rows: Buffer['rows']): Buffer {
    const known = this.#buffers.get(name);
    if (known && (known.width !== width || known.rows !== rows))
      throw new TypeError(`buffer ${name} is asked for as ${width} ${rows}, and was ${known.width} ${known.rows}`);
    const buffer = known ?? { id: this.#buffers.size, name, width, rows };
    this.#buffers.set(name, buffer);
    return buffer;
  }
}
