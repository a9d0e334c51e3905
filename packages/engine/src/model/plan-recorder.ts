import type { Buffer, BufferOf, Step } from './plan.ts';

/** The buffers of a plan. One asked for twice under one name is one buffer: layers reuse their scratch. */
export class BufferTable<Rows extends string> {
  readonly #buffers = new Map<string, BufferOf<Rows>>();

  /** All buffers asked for so far. */
  get all(): BufferOf<Rows>[] {
    return [...this.#buffers.values()];
  }

  take(name: string, width: number, rows: Rows): BufferOf<Rows> {
    const known = this.#buffers.get(name);
    if (known && (known.width !== width || known.rows !== rows))
      throw new TypeError(`buffer ${name} is asked for as ${width} ${rows}, and was ${known.width} ${known.rows}`);
    const buffer = known ?? { id: this.#buffers.size, name, width, rows };
    this.#buffers.set(name, buffer);
    return buffer;
  }
}

/** Collects the steps of a plan, and its buffers. */
export class PlanRecorder {
  readonly #buffers = new BufferTable<Buffer['rows']>();
  #steps: Step[] = [];

  /** The list that steps go to from now on. */
  begin(): Step[] {
    this.#steps = [];
    return this.#steps;
  }

  /** A buffer of `width` numbers for each token. */
  tokens(name: string, width: number): Buffer {
    return this.#buffers.take(name, width, 'tokens');
  }

  /** A buffer of `width` numbers for each row whose logits are wanted. */
  outputs(name: string, width: number): Buffer {
    return this.#buffers.take(name, width, 'outputs');
  }

  step(step: Step): void {
    this.#steps.push(step);
  }

  get buffers(): Buffer[] {
    return this.#buffers.all;
  }
}
