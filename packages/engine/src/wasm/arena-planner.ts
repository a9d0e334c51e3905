/** Where memory of one arena is given out, before the arena exists: a bump pointer over 64-byte lines. */
export class ArenaPlanner {
  #end: number;

  constructor(reserved: number) {
    this.#end = align(reserved);
  }

  /** Address of `bytes` new bytes. They are zero when the arena is made. */
  take(bytes: number): number {
    const at = this.#end;
    this.#end = align(at + bytes);
    return at;
  }

  get bytes(): number {
    return this.#end;
  }

  get pages(): number {
    return Math.ceil(this.#end / 65536);
  }
}

function align(address: number): number {
  return Math.ceil(address / 64) * 64;
}

/** Most bytes of an arena: 4 GiB less a page, so that no address one past the end wraps around. */
export const MAX_ARENA_BYTES: number = 65535 * 65536;
