import { Emitter } from '../lib/emitter.ts';

const NAME = 'lantern.key';

/** The key that requests carry. It is kept until the tab is closed, and nowhere else. */
export class ApiKey {
  readonly changes = new Emitter();

  get value(): string | undefined {
    return sessionStorage.getItem(NAME) ?? undefined;
  }

  set(key: string | undefined): void {
    if (key === undefined) sessionStorage.removeItem(NAME);
    else sessionStorage.setItem(NAME, key);
    this.changes.emit();
  }
}

export const apiKey = new ApiKey();
