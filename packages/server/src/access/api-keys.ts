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

  /**
   * Who it is that the headers carry a key of (`Authorization: Bearer KEY` or `x-api-key: KEY`): a text that tells nothing
   * of the key and stays the same; empty where the server is open, null where there is no right key.
   */
  ownerOf(headers: Headers): string | null {
    if (this.isOpen) return '';
    const bearer = /^Bearer\s+(.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
    const given = [bearer, headers.get('x-api-key')].filter((key) => typeof key === 'string').map(digest);
    // Every key is compared, so that time does not tell which one came near.
    let found: Buffer | null = null;
    for (const key of given) for (const known of this.#digests) if (timingSafeEqual(known, key)) found ??= known;
    return found && createHash('sha256').update('owner').update(found).digest('hex').slice(0, 32);
  }
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key.trim()).digest();
}
