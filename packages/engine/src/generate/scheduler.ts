import { LanternError } from '../errors.ts';
import { type MediaSpan, seenCells } from '../media/media-span.ts';
import { PAGE_TOKENS } from '../model/batch.ts';
import type { Chunk, SequenceState, SequenceStates } from '../model/sequence-states.ts';
import type { Drafter } from './drafter.ts';
import type { Job } from './job.ts';
import { begins, type PrefixCache } from './prefix-cache.ts';
import type { Sight } from './sight.ts';
import { SpeculationGate } from './speculation-gate.ts';
import { yieldToEventLoop } from './yield-to-event-loop.ts';

export type SchedulerLimits = {
  /** Answers that grow at a time. */
  maxSequences: number;
  /** Tokens of one batch. */
  maxBatchTokens: number;
  /** Rows of logits of one batch. */
  maxOutputs: number;
  /** Tokens that the pages of all sequences hold together. */
  cacheTokens: number;
};

/** A job with all it has to absorb: the prompt, then each token that came of it. */
type Entry = {
  job: Job;
  ids: number[];
  key: (number | string)[];
  /** Prompt tokens whose logits the job was told. */
  told: number;
  begun: boolean;
  /** Of the pictures that come next, what they came to. */
  seen: Map<MediaSpan, Float32Array>;
};

type Running = Entry & { state: SequenceState };

/** What an entry does in one batch. Drafts stand at the end of its chunk. */
type Share = { running: Running; chunk: Chunk; drafts: readonly number[] };

/** What guessing came to: steps of an answer with drafts, their tokens, and those that came true, by place in the draft too. */
export type DraftCounts = { drafts: number; tokens: number; accepted: number; acceptedAt: number[] };

/**
 * Lets many answers grow together: every step is one batch with the next token of each answer and, in what room is left,
 * pieces of the prompts that are still being read. A newcomer joins at the next step, whatever the others do. Where the
 * cache has no page left for an old answer, the youngest gives its own back and is read again later.
 *
 * A prompt with pictures is read up to the first that has not been looked at. Looking goes on between batches, a piece at
 * a time, for the prompt that has waited longest.
 *
 * With a drafter, steps that have nothing but answers in them may try several tokens of each: those that turn out to be
 * what the answer draws anyway are kept. What an answer says does not depend on it.
 */
export class Scheduler {
  readonly #states: SequenceStates;
  readonly #cache: PrefixCache;
  readonly #sight: Sight;
  readonly #limits: SchedulerLimits;
  readonly #drafter: Drafter | null;
  readonly #gate: Pick<SpeculationGate, 'isOpen' | 'observe'>;
  /** By priority, then in the order in which they came. */
  #waiting: Entry[] = [];
  /** Longest served first. */
  #running: Running[] = [];
  #busy: Promise<void> | null = null;
  #closed = false;
  #preemptions = 0;
  /** Waits between two batches, for whatever else has to be done meanwhile. */
  rest: () => Promise<void> = yieldToEventLoop;
  /** Told how many tokens each batch had, for whoever keeps figures. */
  onBatch: ((tokens: number) => void) | null = null;
  /** What guessing came to so far. */
  readonly drafts: DraftCounts = { drafts: 0, tokens: 0, accepted: 0, acceptedAt: [] };

  /** `gate` says when to guess; by default while it pays. */
  constructor(
    states: SequenceStates,
    cache: PrefixCache,
    sight: Sight,
    limits: SchedulerLimits,
    drafter: Drafter | null = null,
    gate: Pick<SpeculationGate, 'isOpen' | 'observe'> = new SpeculationGate(),
  ) {
    this.#drafter = drafter;
    this.#gate = gate;
    this.#states = states;
    this.#cache = cache;
    this.#sight = sight;
    this.#limits = limits;
  }

  get running(): number {
    return this.#running.length;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** How often an answer gave its pages to others and was read again. */
  get preemptions(): number {
    return this.#preemptions;
  }

  /** Answers that grow at a time. */
  get maxSequences(): number {
    return this.#limits.maxSequences;
  }

  /** Takes a job on. Throws a LanternError where its prompt cannot be or can never fit into the cache. */
  submit(job: Job): void {
    if (this.#closed) throw new LanternError('closed', 'the engine is closed');
    const { length } = job.promptIds;
    if (length > this.#limits.cacheTokens)
      throw new LanternError(
        'context-overflow',
        `the prompt is ${length} tokens long; the attention cache holds ${this.#limits.cacheTokens}`,
        'shorten the prompt or load the model with a larger cache (cacheTokens)',
      );
    // Later it would fail the whole batch, with whoever is in it.
    this.#states.checkIds(job.promptIds);
    for (const { shape } of job.spans) this.#sight.check(shape);
    const key = Array.from(job.promptKey);
    const entry = { job, ids: [...job.promptIds], key, told: 0, begun: false, seen: new Map() };
    const place = this.#waiting.findLastIndex((other) => other.job.priority <= job.priority) + 1;
    this.#waiting.splice(place, 0, entry);
    this.#busy ??= this.#work();
  }

  /** Fails what is left and resolves when no batch is being computed any more. */
  async close(): Promise<void> {
    this.#closed = true;
    const reason = new LanternError('closed', 'the engine was closed while it answered');
    for (const { job } of this.#waiting.splice(0)) job.failed(reason);
    for (const running of [...this.#running]) this.#fail(running, reason);
    await this.#busy;
    this.#cache.clear();
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0 || this.#running.length > 0) {
      // Whoever submits several jobs in a row gets them into one batch, and whoever aborts is heard.
      await this.rest();
      this.#dropAborted();
      this.#admit();
      const looked = this.#look();
      const batch = this.#nextBatch();
      if (batch.length > 0) this.#compute(batch);
      else if (this.#running.length > 0 && !looked) this.#makeWay();
    }
    // In the same turn as the look at what is left, or a job that came in between would never begin.
    this.#busy = null;
  }

  #dropAborted(): void {
    const [aborted, waiting] = partition(this.#waiting, ({ job }) => job.signal?.aborted ?? false);
    this.#waiting = waiting;
    for (const { job } of aborted) job.failed(job.signal!.reason);
    for (const running of this.#running.filter(({ job }) => job.signal?.aborted))
      this.#fail(running, running.job.signal!.reason);
  }

  /** Starts waiting entries in their order, but for those that soon find more of their prompt in the cache. */
  #admit(): void {
    for (const entry of [...this.#waiting]) {
      if (this.#running.length >= this.#limits.maxSequences) return;
      if (this.#running.some((running) => this.#willServe(running, entry))) continue;
      // Beside others it waits until its prompt fits, or it would only take pages from them and give them back.
      if (this.#running.length > 0 && !this.#states.makeRoom(Math.ceil(entry.ids.length / PAGE_TOKENS))) return;
      this.#waiting.splice(this.#waiting.indexOf(entry), 1);
      try {
        const state = (entry.job.promptLogits ? null : this.#cache.fork(entry.key)) ?? this.#states.create();
        this.#running.push({ ...entry, begun: true, state });
        if (!entry.begun) entry.job.started(state.length);
      } catch (error) {
        // Somebody else holds the engine's states.
        entry.job.failed(error);
      }
    }
  }

  /** Whether an entry that is reading its prompt will leave a checkpoint that serves another better than any does now. */
  #willServe({ job, state, key }: Running, other: Entry): boolean {
    if (this.#cache.capacity === 0 || other.job.promptLogits) return false;
    const place = job.checkpoints.findLast((length) => length < other.key.length && begins(other.key, key, length));
    return place !== undefined && place > state.length && place > this.#cache.matchedLength(other.key);
  }

  /** Looks one piece longer at the picture that the longest served prompt comes to next. False where none waits for any. */
  #look(): boolean {
    for (const running of [...this.#running]) {
      const span = this.#unseen(running);
      if (!span || span.start > running.state.length) continue;
      try {
        const embeddings = this.#sight.look(span);
        if (embeddings) running.seen.set(span, embeddings);
        return true;
      } catch (error) {
        this.#fail(running, error);
      }
    }
    return false;
  }

  /** The first picture that an entry has still to be told about; up to it, its prompt can be read. */
  #unseen({ job: { spans }, state, seen }: Running): MediaSpan | undefined {
    return spans.find((span) => {
      if (span.start + span.count <= state.length || seen.has(span)) return false;
      // No further ahead than a batch reaches, or a long video would be held as a whole.
      const near = span.start <= state.length + this.#limits.maxBatchTokens;
      const known = near ? this.#sight.recall(span) : null;
      if (known) seen.set(span, known);
      return !known;
    });
  }

  /** Answers first, one token each, then prompts in the order they came; what finds no page waits. */
  #nextBatch(): Share[] {
    const batch: Share[] = [];
    let room = this.#limits.maxBatchTokens;
    let outputs = this.#limits.maxOutputs;
    let pages = 0;
    const [answers, prompts] = partition(this.#running, ({ ids, state }) => ids.length - state.length === 1);
    for (const running of [...answers, ...prompts]) {
      const { state, ids, job } = running;
      const all = job.promptLogits !== undefined && state.length < job.promptIds.length;
      const place = job.checkpoints.find((length) => length > state.length) ?? ids.length;
      const end = Math.min(place, this.#unseen(running)?.start ?? place);
      const count = Math.min(end - state.length, room, all ? outputs : room);
      const wanted = all ? count : state.length + count === ids.length ? 1 : 0;
      if (count === 0 || wanted > outputs) continue;
      const needed = this.#states.pagesFor(state, count);
      if (!this.#states.makeRoom(pages + needed)) continue;
      const to = state.length + count;
      const chunk: Chunk = {
        state,
        ids: ids.slice(state.length, to),
        seen: seenCells(job.spans, state.length, to, (span) => running.seen.get(span)!),
        outputs: all ? 'all' : wanted === 1 ? 'last' : 'none',
      };
      batch.push({ running, chunk, drafts: [] });
      room -= count;
      outputs -= wanted;
      pages += needed;
    }
    return batch;
  }

  #compute(batch: Share[]): void {
    const drafter = this.#drafter;
    const grows = ({ running: { ids, job, state } }: Share) =>
      state.length > 0 && ids.length > job.promptIds.length && ids.length - state.length === 1;
    // A prompt that is read makes better use of a batch than guesses do.
    if (!drafter || !batch.every(grows)) {
      this.#step(batch);
      return;
    }
    const began = performance.now();
    const answers = batch.length;
    const before = batch.reduce((sum, { running }) => sum + running.ids.length, 0);
    const tried = this.#gate.isOpen(answers) ? this.#withDrafts(batch, drafter) : batch;
    if (!tried) return;
    this.#step(tried);
    const tokens = batch.reduce((sum, { running }) => sum + running.ids.length, 0) - before;
    const guessed = tried.some(({ drafts }) => drafts.length > 0);
    this.#gate.observe({ answers, guessed, tokens, seconds: (performance.now() - began) / 1000 });
  }

  /** The same shares with drafts at their ends, in what room is left; null where guessing failed, and all with it. */
  #withDrafts(batch: Share[], drafter: Drafter): Share[] | null {
    const { maxBatchTokens, maxOutputs } = this.#limits;
    const most = Math.min(drafter.tokens, Math.floor(Math.min(maxBatchTokens, maxOutputs) / batch.length) - 1);
    let pages = batch.reduce(
      (free, { running }) => free - this.#states.pagesFor(running.state, 1),
      this.#states.freePages,
    );
    const askers = batch.flatMap((share) => {
      const { state, ids, job } = share.running;
      const wanted = Math.min(most, (job.tokensLeft ?? 1) - 1);
      const needed = wanted > 0 ? this.#states.pagesFor(state, 1 + wanted) - this.#states.pagesFor(state, 1) : 0;
      // Guesses are not worth giving anything up for.
      const limit = needed <= pages ? this.#states.reserve(state, wanted) : 0;
      if (limit === 0) return [];
      pages -= needed;
      return [{ share, state, ids, limit }];
    });
    if (askers.length === 0) return batch;
    try {
      const drafts = new Map(drafter.draft(askers).map((draft, i) => [askers[i]!.share, draft]));
      return batch.map((share) => {
        const draft = drafts.get(share) ?? [];
        const { running, chunk } = share;
        if (draft.length > 0)
          return { running, chunk: { ...chunk, ids: [running.ids.at(-1)!, ...draft], outputs: 'all' }, drafts: draft };
        this.#states.settle(running.state);
        return share;
      });
    } catch (error) {
      for (const { running } of batch) this.#fail(running, error);
      return null;
    }
  }

  #step(batch: Share[]): void {
    let logits: Float32Array;
    try {
      logits = this.#states.runBatch(batch.map(({ chunk }) => chunk));
    } catch (error) {
      // Nothing was absorbed. Whose fault it is cannot be told, so all of the batch fail.
      for (const { running } of batch) this.#fail(running, error);
      return;
    }
    this.onBatch?.(batch.reduce((sum, { chunk }) => sum + chunk.ids.length, 0));
    const rowsOf = ({ chunk }: Share) =>
      chunk.outputs === 'all' ? chunk.ids.length : chunk.outputs === 'last' ? 1 : 0;
    const rowCount = batch.reduce((sum, share) => sum + rowsOf(share), 0);
    const width = rowCount > 0 ? logits.length / rowCount : 0;
    let row = 0;
    for (const share of batch) {
      const rows = Array.from({ length: rowsOf(share) }, (_, i) =>
        logits.subarray((row + i) * width, (row + i + 1) * width),
      );
      row += rows.length;
      try {
        if (share.drafts.length > 0) this.#verify(share, rows);
        else this.#advance(share, rows);
      } catch (error) {
        this.#fail(share.running, error);
      }
    }
  }

  /** What follows for one entry from its rows of logits. */
  #advance({ running, chunk }: Share, rows: Float32Array[]): void {
    const { job, state, key, ids, seen } = running;
    for (const span of seen.keys()) if (span.start + span.count <= state.length) seen.delete(span);
    if (chunk.outputs === 'all')
      // A prompt that is read a second time is not told a second time.
      for (const [i, row] of rows.entries())
        if (state.length - rows.length + i === running.told) {
          running.told++;
          job.promptLogits!(row);
        }
    if (job.checkpoints.includes(state.length)) this.#cache.save(key, state);
    if (state.length < ids.length) return;
    const id = job.next(rows.at(-1)!);
    if (id === null) this.#finish(running);
    else {
      ids.push(id);
      key.push(id);
    }
  }

  /** Draws the next token as long as it is the one that was guessed, and takes the guesses back that were wrong. */
  #verify({ running, drafts }: Share, rows: Float32Array[]): void {
    const { job, state, key, ids } = running;
    const before = ids.length;
    let ended = false;
    for (const [i, row] of rows.entries()) {
      const id = job.next(row);
      ended = id === null;
      if (id === null) break;
      ids.push(id);
      key.push(id);
      if (id !== drafts[i]) break;
    }
    const accepted = ids.length - before - (ended ? 0 : 1);
    this.#count(drafts.length, accepted);
    job.drafted?.(drafts.length, accepted);
    this.#states.settle(state, ended ? ids.length : ids.length - 1);
    if (ended) this.#finish(running);
  }

  #count(guessed: number, accepted: number): void {
    this.drafts.drafts++;
    this.drafts.tokens += guessed;
    this.drafts.accepted += accepted;
    const { acceptedAt } = this.drafts;
    for (let i = 0; i < accepted; i++) acceptedAt[i] = (acceptedAt[i] ?? 0) + 1;
  }

  /** No entry can go on for want of pages: the youngest gives its own to the others. */
  #makeWay(): void {
    const youngest = this.#running.findLast(({ state }) => state.length > 0);
    if (!youngest || this.#running.filter(({ state }) => state.length > 0).length === 1) {
      const stuck = youngest ?? this.#running[0]!;
      const reason = `the attention cache is full; it holds ${this.#limits.cacheTokens} tokens`;
      const remedy = 'ask for shorter answers or load the model with a larger cache (cacheTokens)';
      this.#fail(stuck, new LanternError('context-overflow', reason, remedy));
      return;
    }
    const { state, ...entry } = youngest;
    this.#running.splice(this.#running.indexOf(youngest), 1);
    this.#states.drop(state);
    this.#waiting.unshift(entry);
    this.#preemptions++;
  }

  #finish(running: Running): void {
    this.#running.splice(this.#running.indexOf(running), 1);
    const { job, state, key } = running;
    if (job.keep) this.#cache.adopt(key, state);
    else this.#states.drop(state);
    job.finished();
  }

  #fail(running: Running, reason: unknown): void {
    this.#running.splice(this.#running.indexOf(running), 1);
    this.#states.drop(running.state);
    this.#sight.giveUp(
      running.job.spans,
      this.#running.flatMap(({ job }) => job.spans),
    );
    running.job.failed(reason);
  }
}

function partition<Item>(items: readonly Item[], holds: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(holds), items.filter((item) => !holds(item))];
}
