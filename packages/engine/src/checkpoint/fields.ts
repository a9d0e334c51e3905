import { LanternError } from '../errors.ts';
import { shown } from './json.ts';

/** No size of a model comes near this; beyond it a number is a mistake and not worth allocating for. */
const MAX_SIZE = 1 << 24;

/**
 * Checked access to the numbers that describe a model, whether they stand in JSON or in GGUF metadata. An absent
 * (or null) field takes the fallback, if one is given.
 */
export class Fields {
  readonly #where: string;
  readonly #get: (name: string) => unknown;

  constructor(where: string, get: (name: string) => unknown) {
    this.#where = where;
    this.#get = get;
  }

  get(name: string): unknown {
    return this.#get(name) ?? undefined;
  }

  /** A whole number from `least` to 2^24. */
  size(name: string, fallback?: number, least = 1): number {
    const value = this.get(name) ?? fallback;
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > MAX_SIZE)
      throw this.bad(name, `a whole number from ${least} to ${MAX_SIZE}`);
    return value as number;
  }

  /** A finite number above 0. */
  positive(name: string, fallback?: number): number {
    const value = this.get(name) ?? fallback;
    if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) throw this.bad(name, 'a number above 0');
    return value;
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.get(name) ?? fallback;
    if (typeof value !== 'boolean') throw this.bad(name, 'true or false');
    return value;
  }

  /** What to throw for a field that is not as `expected`. */
  bad(name: string, expected: string): LanternError {
    const value = this.get(name);
    const found = value === undefined ? 'is missing' : `is ${shown(value)}`;
    return new LanternError('bad-checkpoint', `${this.#where}: ${name} ${found}, ${expected} is expected`);
  }

  /** What to throw for a field whose value is fine but has no code here. */
  unsupported(name: string, allowed: string): LanternError {
    return new LanternError(
      'unsupported',
      `${this.#where}: ${name} is ${shown(this.get(name))}, only ${allowed} is implemented`,
    );
  }
}
