import { LanternError } from '../errors.ts';
import type { SeenCells } from '../media/media-span.ts';
import type { Runner } from './backend.ts';
import { type BatchSequence, PAGE_TOKENS } from './batch.ts';
import type { ModelConfig } from './config.ts';
import { afterPosition, BEFORE_ALL, cellPosition, type Position } from './positions.ts';
import { absorb, emptyBatch, place, see } from './write-tokens.ts';

/** What one sequence has absorbed. Opaque to callers but for `length`. */
export type SequenceState = {
  /** Tokens absorbed so far. */
  readonly length: number;
};

type Held = {
  slot: number;
  pages: number[];
  length: number;
  /** Of the last token. */
  position: Position;
  /** Slots for tokens that may be taken back. */
  spares: number[];
  /** Slots with the states after each of the last tokens, which may be taken back. */
  trail: number[];
};

/**
 * A token that may follow a sequence, or follow `ahead` other such tokens, from which the draft head guesses on; `seen`
 * where it is a piece of a picture.
 */
export type Guess = { state: SequenceState; id: number; ahead: number; seen?: SeenCells };

/** Some tokens that a sequence is to absorb, the pictures among them, and whose logits are wanted afterwards. */
export type Chunk = {
  state: SequenceState;
  ids: ArrayLike<number>;
  seen?: readonly SeenCells[];
  outputs: 'none' | 'last' | 'all';
};

/**
 * Gives every sequence a recurrent slot and pages of the attention cache. A fork shares its full pages with the
 * original (they never change again) and copies the rest, so it costs one slot and one page.
 *
 * A recurrent state cannot be cut back. Where tokens may have to be taken back, `reserve` gives the sequence a slot for
 * each; the batch then leaves the state after every token, and `settle` keeps the one that is wanted.
 */
export class SequenceStates {
  readonly #config: ModelConfig;
  readonly #runner: Runner;
  readonly #contextTokens: number;
  readonly #freeSlots: number[];
  readonly #freePages: number[];
  readonly #sharers: Uint32Array;
  readonly #held = new Map<SequenceState, Held>();
  #spare: () => boolean = () => false;

  constructor(config: ModelConfig, runner: Runner, contextTokens: number) {
    this.#config = config;
    this.#runner = runner;
    this.#contextTokens = contextTokens;
    this.#freeSlots = Array.from({ length: runner.slotCount }, (_, i) => runner.slotCount - 1 - i);
    this.#freePages = Array.from({ length: runner.pageCount }, (_, i) => runner.pageCount - 1 - i);
    this.#sharers = new Uint32Array(runner.pageCount);
  }

  /** Sequences that may still be made. */
  get freeSlots(): number {
    return this.#freeSlots.length;
  }

  /** Pages of the cache that nobody holds. */
  get freePages(): number {
    return this.#freePages.length;
  }

  /** Pages that a sequence must take to absorb `count` tokens more. */
  pagesFor(state: SequenceState, count: number): number {
    const held = this.#get(state);
    return Math.max(0, Math.ceil((held.length + count) / PAGE_TOKENS) - held.pages.length);
  }

  /** Called where a slot or a page is wanted and none is free: drops a sequence that can be spared, or returns false. */
  set spare(spare: () => boolean) {
    this.#spare = spare;
  }

  /** Tries to have so many pages free; spares sequences for it. */
  makeRoom(pages: number): boolean {
    while (this.#freePages.length < pages) if (!this.#spare()) return false;
    return true;
  }

  /** Throws a LanternError that names the first token id that the model does not have. */
  checkIds(ids: ArrayLike<number>): void {
    for (let i = 0; i < ids.length; i++)
      if (!(Number.isInteger(ids[i]) && ids[i]! >= 0 && ids[i]! < this.#config.vocabSize))
        throw new LanternError('bad-input', `token id ${ids[i]} is not in 0..${this.#config.vocabSize - 1}`);
  }

  /** An empty sequence. */
  create(): SequenceState {
    const held = { slot: this.#takeSlot(), pages: [], length: 0, position: BEFORE_ALL, spares: [], trail: [] };
    this.#runner.clearSlot(held.slot);
    return this.#handle(held);
  }

  /** A second sequence with the same past. */
  fork(state: SequenceState): SequenceState {
    const original = this.#settled(state);
    // The draft head's cache lags a token behind: where it has one, the page that just became full is not quite.
    const full = Math.max(0, Math.floor((original.length - (this.#runner.drafts ? 1 : 0)) / PAGE_TOKENS));
    this.#needPages(original.pages.length - full);
    const slot = this.#takeSlot();
    this.#runner.copySlot(original.slot, slot);
    const pages = original.pages.map((page, i) => {
      if (i < full) {
        this.#sharers[page]!++;
        return page;
      }
      const copy = this.#takePage();
      this.#runner.copyPage(page, copy);
      return copy;
    });
    return this.#handle({ ...original, slot, pages, spares: [], trail: [] });
  }

  /** Gives back what a sequence holds. Dropping twice is harmless. */
  drop(state: SequenceState): void {
    const held = this.#held.get(state);
    if (!held) return;
    this.#held.delete(state);
    this.#freeSlots.push(...(held.trail.length > 0 ? held.trail : [held.slot]), ...held.spares);
    this.#releasePages(held.pages);
  }

  /**
   * Gives a sequence slots for up to `count` tokens that may be taken back, as long as there are free ones; returns for
   * how many. The next batch that it is in may have so many tokens and one, and `settle` has to follow.
   */
  reserve(state: SequenceState, count: number): number {
    const held = this.#settled(state);
    while (held.spares.length < count && this.#freeSlots.length > 0) held.spares.push(this.#freeSlots.pop()!);
    return held.spares.length;
  }

  /** Ends what `reserve` began: of the tokens that the sequence absorbed since, it keeps those up to `length`, one at least. */
  settle(state: SequenceState, length: number = state.length): void {
    const held = this.#get(state);
    if (held.trail.length > 0) {
      const kept = held.trail.length - 1 - (held.length - length);
      const slot = held.trail[kept];
      if (slot === undefined)
        throw new RangeError(`a sequence of ${held.length} tokens cannot be taken back to ${length}`);
      held.trail.splice(kept, 1);
      // Nothing but text is taken back.
      const back = held.length - length;
      const position: Position = [held.position[0] - back, held.position[1] - back, held.position[2] - back];
      Object.assign(held, { slot, length, position });
      this.#releasePages(held.pages.splice(Math.ceil(length / PAGE_TOKENS)));
    }
    this.#freeSlots.push(...held.trail.splice(0), ...held.spares.splice(0));
  }

  /**
   * Lets the draft head guess what follows: logits after each guess, [guesses, vocabSize], good until the next call. The
   * sequences have absorbed a token or more and have a slot in reserve; guesses further ahead come in order.
   */
  draft(guesses: readonly Guess[]): Float32Array {
    const batch = emptyBatch(guesses.length);
    this.checkIds(guesses.map(({ id }) => id));
    this.#needPages(guesses.reduce((sum, { state, ahead }) => sum + this.pagesFor(state, ahead), 0));
    batch.sequences = guesses.map(({ state, id, ahead, seen }, row): BatchSequence => {
      const held = this.#settled(state);
      const [chain] = held.spares;
      if (chain === undefined || held.length === 0)
        throw new RangeError('the draft head has no slot in reserve, or nothing to begin with');
      this.#takePages(held, held.length + ahead);
      const before = ahead === 0 ? held.position : afterPosition(held.position, ahead - 1);
      place(batch, row, id, before, seen ? cellPosition(before, seen.cell, seen.columns) : afterPosition(before));
      if (seen) see(batch, row, seen);
      return {
        slot: ahead === 0 ? held.slot : chain,
        pages: Int32Array.from(held.pages),
        start: held.length - 1 + ahead,
        row,
        count: 1,
        trail: Int32Array.of(chain),
      };
    });
    batch.outputs = Int32Array.from(guesses.keys());
    return this.#runner.draft(batch);
  }

  /** Everything a sequence has absorbed, as bytes that `restore` of the same model and backend takes. */
  save(state: SequenceState): Uint8Array {
    const { slot, pages, length, position } = this.#settled(state);
    const { slotBytes, pageBytes } = this.#runner;
    const header = new TextEncoder().encode(JSON.stringify({ ...this.#fingerprint(), length, position }));
    const bytes = new Uint8Array(4 + header.length + slotBytes + pages.length * pageBytes);
    new DataView(bytes.buffer).setUint32(0, header.length, true);
    bytes.set(header, 4);
    let at = 4 + header.length;
    this.#runner.readSlot(slot, bytes.subarray(at, at + slotBytes));
    at += slotBytes;
    for (const page of pages) {
      this.#runner.readPage(page, bytes.subarray(at, at + pageBytes));
      at += pageBytes;
    }
    return bytes;
  }

  /** A sequence with a saved past. Throws a LanternError where the bytes are not this model's. */
  restore(bytes: Uint8Array): SequenceState {
    const { slotBytes, pageBytes } = this.#runner;
    const { header, at } = readHeader(bytes);
    for (const [key, value] of Object.entries(this.#fingerprint()))
      if (header[key] !== value)
        throw new LanternError(
          'bad-input',
          `the saved state has ${key} ${JSON.stringify(header[key])}, this model ${JSON.stringify(value)}`,
          'restore it with the model, backend, kind of drafts and version that saved it',
        );
    const { length, position } = header;
    if (typeof length !== 'number' || !Number.isInteger(length) || length < 0 || !isPosition(position))
      throw new LanternError('bad-input', 'the saved state does not say how many tokens it holds');
    const pageCount = Math.ceil(length / PAGE_TOKENS);
    const expected = at + slotBytes + pageCount * pageBytes;
    if (bytes.length !== expected)
      throw new LanternError('bad-input', `the saved state is ${bytes.length} bytes long and should be ${expected}`);
    this.#needRoom(length);
    this.#needPages(pageCount);
    const slot = this.#takeSlot();
    this.#runner.writeSlot(slot, bytes.subarray(at, at + slotBytes));
    const pages = Array.from({ length: pageCount }, (_, i) => {
      const page = this.#takePage();
      const from = at + slotBytes + i * pageBytes;
      this.#runner.writePage(page, bytes.subarray(from, from + pageBytes));
      return page;
    });
    return this.#handle({ slot, pages, length, position, spares: [], trail: [] });
  }

  /**
   * Lets several sequences absorb tokens in one batch. Returns the wanted logits, [outputs, vocabSize], chunk by chunk;
   * they are good until the next call. Either all chunks are absorbed or, where this throws, none.
   */
  runBatch(chunks: Chunk[]): Float32Array {
    const batch = emptyBatch(chunks.reduce((sum, chunk) => sum + chunk.ids.length, 0));
    const outputs: number[] = [];
    this.#check(chunks);
    let row = 0;
    const positions = chunks.map((chunk): Position => {
      const held = this.#get(chunk.state);
      const count = chunk.ids.length;
      const position = absorb(batch, row, chunk, held.position);
      if (chunk.outputs === 'all') for (let i = 0; i < count; i++) outputs.push(row + i);
      if (chunk.outputs === 'last') outputs.push(row + count - 1);
      this.#takePages(held, held.length + count);
      const trail = held.spares.length === 0 ? [] : [held.slot, ...held.spares.slice(0, count - 1)];
      batch.sequences.push({
        slot: held.slot,
        pages: Int32Array.from(held.pages),
        start: held.length,
        row,
        count,
        trail: Int32Array.from(trail),
      });
      row += count;
      return position;
    });
    batch.outputs = Int32Array.from(outputs);
    const logits = this.#runner.forward(batch);
    for (const [i, chunk] of chunks.entries()) {
      const held = this.#get(chunk.state);
      held.length += chunk.ids.length;
      held.position = positions[i]!;
      if (held.spares.length > 0) held.trail = [held.slot, ...held.spares.splice(0, chunk.ids.length - 1)];
    }
    return logits;
  }

  #check(chunks: Chunk[]): void {
    if (new Set(chunks.map((chunk) => chunk.state)).size < chunks.length)
      throw new LanternError('bad-input', 'a sequence stands twice in one batch', 'join its chunks');
    let pages = 0;
    for (const { state, ids } of chunks) {
      const held = this.#settled(state);
      if (held.spares.length > 0 && ids.length > held.spares.length + 1)
        throw new RangeError(`${ids.length} tokens, of which ${held.spares.length} may be taken back at the most`);
      if (ids.length === 0) throw new LanternError('bad-input', 'a sequence in the batch has no tokens');
      this.checkIds(ids);
      this.#needRoom(held.length + ids.length);
      pages += Math.ceil((held.length + ids.length) / PAGE_TOKENS) - held.pages.length;
    }
    this.#needPages(pages);
  }

  #needRoom(length: number): void {
    if (length > this.#contextTokens)
      throw new LanternError(
        'context-overflow',
        `the sequence would be ${length} tokens long; the context holds ${this.#contextTokens}`,
        'shorten the prompt or load the model with a larger context',
      );
  }

  #needPages(count: number): void {
    if (!this.makeRoom(count))
      throw new LanternError(
        'context-overflow',
        `the cache has room for ${this.#freePages.length * PAGE_TOKENS} more tokens, ${count * PAGE_TOKENS} are needed`,
        'drop a sequence or load the model with a larger context',
      );
  }

  /** Gives a sequence pages for so many tokens. */
  #takePages(held: Held, length: number): void {
    while (held.pages.length < Math.ceil(length / PAGE_TOKENS)) held.pages.push(this.#takePage());
  }

  /** The first is taken again first: pages that lie in order are read fastest. */
  #releasePages(pages: readonly number[]): void {
    for (const page of pages.toReversed()) if (--this.#sharers[page]! === 0) this.#freePages.push(page);
  }

  #takePage(): number {
    const page = this.#freePages.pop()!;
    this.#sharers[page] = 1;
    return page;
  }

  #takeSlot(): number {
    while (this.#freeSlots.length === 0 && this.#spare());
    const slot = this.#freeSlots.pop();
    if (slot === undefined)
      throw new LanternError(
        'out-of-memory',
        `all ${this.#runner.slotCount} sequences are in use`,
        'drop one, or load the model with a larger maxSequences',
      );
    return slot;
  }

  #handle(held: Held): SequenceState {
    const state: SequenceState = Object.freeze({
      get length() {
        return held.length;
      },
    });
    this.#held.set(state, held);
    return state;
  }

  #get(state: SequenceState): Held {
    const held = this.#held.get(state);
    if (!held) throw new LanternError('closed', 'the sequence was dropped or belongs to another engine');
    return held;
  }

  /** A sequence whose tokens are all there to stay. */
  #settled(state: SequenceState): Held {
    const held = this.#get(state);
    if (held.trail.length > 0) throw new TypeError('the sequence has tokens that may be taken back: settle it first');
    return held;
  }

  #fingerprint(): Record<string, string | number> {
    const { modelType, vocabSize, hiddenSize, layerTypes } = this.#config;
    const { slotBytes, pageBytes, name } = this.#runner;
    return {
      format: 4,
      backend: name,
      modelType,
      vocabSize,
      hiddenSize,
      layers: layerTypes.length,
      slotBytes,
      pageBytes,
    };
  }
}

function isPosition(value: unknown): value is Position {
  return Array.isArray(value) && value.length === 3 && value.every(Number.isSafeInteger);
}

/** The JSON at the front of a saved state, and where what follows it begins. */
function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; at: number } {
  const bad = () => new LanternError('bad-input', 'these bytes are not a saved state');
  if (bytes.length < 4) throw bad();
  const at = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (at > bytes.length) throw bad();
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(4, at)));
    if (typeof header !== 'object' || header === null) throw bad();
    return { header: header as Record<string, unknown>, at };
  } catch {
    throw bad();
  }
}
