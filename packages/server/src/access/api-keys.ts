import { createHash, timingSafeEqual } from 'node:crypto';

/** The keys that open a server. They are held as SHA-256 digests and compared in constant time. */
export class ApiKeys {
  readonly #digests: readonly Buffer[];

  /** None at all: the server is open. */
  constructor(keys: readonly string[]) {
    this.#digests = keys.map(digest);
  }

  get isOpen(): boolean {
    return this.#digests.length === 0;
  }

  /** Whether the headers carry a key: `Authorization: Bearer KEY` or `x-api-key: KEY`. */
  admits(headers: Headers): boolean {
    const bearer = /^Bearer\s+(.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
    const given = [bearer, headers.get('x-api-key')].filter((key) => typeof key === 'string').map(digest);
    // Every key is compared, so that time does not tell which one came near.
    let found = this.isOpen;
    for (const known of this.#digests) for (const key of given) if (timingSafeEqual(known, key)) found = true;
    return found;
  }
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key.trim()).digest();
}
