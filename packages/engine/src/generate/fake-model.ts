import { shapeConfig } from '../checkpoint/shapes.ts';
import type { MediaSlice } from '../media/media.ts';
import type { Runner, VisionRunner } from '../model/backend.ts';
import { alongTrail, type Batch, PAGE_TOKENS } from '../model/batch.ts';
import { SequenceStates } from '../model/sequence-states.ts';
import type { Drafter } from './drafter.ts';
import { PrefixCache } from './prefix-cache.ts';
import { Scheduler } from './scheduler.ts';
import { Sight } from './sight.ts';

type FakeOptions = {
  vocabSize?: number;
  contextTokens?: number;
  cacheTokens?: number;
  maxSequences?: number;
  maxBatchTokens?: number;
  maxOutputs?: number;
  cachedPrefixes?: number;
  /** Height of the likeliest logit over the others, which lie between −1 and 1. */
  sharpness?: number;
  /** Of this many guesses of the draft head one is wrong; 0: there is no draft head. */
  wrongDraftEvery?: number;
  /** Makes what guesses, for whom there are `drafted` slots a sequence more; it is asked at every step. */
  drafter?: (states: SequenceStates) => Drafter;
  drafted?: number;
  /** In how many pieces a slice is looked at; 0: there is no tower. */
  pieces?: number;
  /** Bytes of what was seen that are remembered. */
  sightBytes?: number;
};

/** One batch as the runner saw it: for each sequence how many tokens, and the rows of logits in all. */
export type FakeBatch = { counts: number[]; outputs: number };

/**
 * An engine without weights, for tests: real states, prefix cache and scheduler on a runner whose logits depend on
 * every token that a sequence has absorbed, in order. It keeps them in slot and pages both and throws where they differ,
 * so a page or a slot given to the wrong sequence is found at once.
 */
export function fakeModel({
  vocabSize = 32,
  contextTokens = 256,
  cacheTokens = contextTokens,
  maxSequences = 4,
  maxBatchTokens = 16,
  maxOutputs = 8,
  cachedPrefixes = 0,
  sharpness = 9,
  wrongDraftEvery = 0,
  drafter,
  drafted = 0,
  pieces = 0,
  sightBytes = 1024,
}: FakeOptions = {}) {
  const config = { ...shapeConfig('0.8b'), vocabSize };
  const slots = maxSequences * (1 + drafted) + cachedPrefixes;
  const pageCount = Math.ceil(cacheTokens / PAGE_TOKENS);
  const runner = fakeRunner({ vocabSize, slotCount: slots, pageCount, sharpness, wrongDraftEvery, pieces });
  const states = new SequenceStates(config, runner, contextTokens);
  const cache = new PrefixCache(states, cachedPrefixes);
  const sight = new Sight(runner.vision, sightBytes);
  const limits = { maxSequences, maxBatchTokens, maxOutputs, cacheTokens };
  const always = { isOpen: () => true, observe: () => undefined };
  const scheduler = new Scheduler(states, cache, sight, limits, drafter?.(states) ?? null, always);
  return {
    config,
    runner,
    states,
    cache,
    sight,
    scheduler,
    contextTokens,
    maxBatchTokens,
    maxOutputs,
    generation: { temperature: 0, topP: null, topK: null, minP: null, repetitionPenalty: null, eosTokenIds: [] },
    stopIds: [],
    tokenizer: fakeTokenizer(vocabSize),
    batches: runner.batches,
    /** Sequences that the draft head guessed for, each time. */
    guesses: runner.guesses,
    /** Whether every slot and page is free, once the cache is empty. */
    isEmpty: () => states.freeSlots === runner.slotCount && states.freePages === runner.pageCount,
  };
}

/** What the fake model says after these tokens. */
export function fakeLogits(ids: readonly number[], vocabSize: number, sharpness = 9): Float32Array {
  const hash = ids.reduce(mix, 0);
  return Float32Array.from({ length: vocabSize }, (_, id) =>
    id === hash % vocabSize ? sharpness : Math.sin((hash % 1000) + id),
  );
}

function mix(hash: number, id: number): number {
  return (Math.imul(hash ^ (id + 1), 0x9e3779b1) >>> 3) + id;
}

/** Tokens from which a draft head goes on, and how many of them were there before it guessed. */
type Remembered = { hash: number; length: number };

/** What the fake tower makes of one cell of a slice: a number that stands for it among token ids. */
export function fakeCell({ hash }: MediaSlice, cell: number): number {
  return 1000 + [...hash].reduce((sum, char) => sum + char.charCodeAt(0), cell);
}

function fakeTower(pieces: number): VisionRunner {
  return {
    maxPatches: 64,
    *see({ rows, columns }, slice) {
      for (let piece = 1; piece < pieces; piece++) yield;
      return Float32Array.from({ length: (rows * columns) / 4 }, (_, cell) => fakeCell(slice, cell));
    },
  };
}

type FakeRunnerOptions = Required<
  Pick<FakeOptions, 'vocabSize' | 'sharpness' | 'wrongDraftEvery' | 'pieces'> & { slotCount: number; pageCount: number }
>;

function fakeRunner({ vocabSize, slotCount, pageCount, sharpness, wrongDraftEvery, pieces }: FakeRunnerOptions) {
  const slots = new Uint32Array(slotCount);
  const pages = Array.from({ length: pageCount }, () => new Int32Array(PAGE_TOKENS));
  // The draft head's side of slots and pages.
  const remembered = Array.from({ length: slotCount }, (): Remembered => ({ hash: 0, length: 0 }));
  const draftPages = Array.from({ length: pageCount }, () => new Int32Array(PAGE_TOKENS));
  const batches: FakeBatch[] = [];
  const guesses: number[] = [];
  const runner: Runner = {
    name: 'reference',
    drafts: wrongDraftEvery > 0,
    vision: pieces > 0 ? fakeTower(pieces) : null,
    slotBytes: 4,
    pageBytes: 4 * PAGE_TOKENS,
    pageCount,
    slotCount,
    memoryBytes: 0,
    clearSlot: (slot) => void slots.fill(0, slot, slot + 1),
    copySlot(from, to) {
      slots.copyWithin(to, from, from + 1);
      remembered[to] = remembered[from]!;
    },
    copyPage(from, to) {
      pages[to]!.set(pages[from]!);
      draftPages[to]!.set(draftPages[from]!);
    },
    readSlot: (slot, into) => into.set(new Uint8Array(slots.buffer, 4 * slot, 4)),
    writeSlot: (slot, from) => new Uint8Array(slots.buffer, 4 * slot, 4).set(from),
    readPage: (page, into) => into.set(new Uint8Array(pages[page]!.buffer)),
    writePage: (page, from) => new Uint8Array(pages[page]!.buffer).set(from),
    close: async () => undefined,
    forward({ ids: textIds, sequences, seen, outputs }: Batch): Float32Array {
      const ids = textIds.slice();
      for (const { row, embeddings } of seen) ids.set(embeddings, row);
      batches.push({ counts: sequences.map(({ count }) => count), outputs: outputs.length });
      const logits = new Float32Array(outputs.length * vocabSize);
      for (const sequence of sequences) {
        const absorbed = Array.from({ length: sequence.start }, (_, at) => tokenAt(pages, sequence.pages, at));
        if (absorbed.reduce(mix, 0) !== slots[sequence.slot])
          throw new Error('a sequence has a slot and pages that do not belong together');
        const carry = (from: number, to: number) => void slots.copyWithin(to, from, from + 1);
        alongTrail(sequence, carry, (slot, row, count) => {
          for (let t = row; t < row + count; t++) {
            const id = ids[t]!;
            const at = absorbed.length;
            writeToken(pages, sequence.pages, at, id);
            if (at > 0) writeToken(draftPages, sequence.pages, at - 1, id);
            absorbed.push(id);
            slots[slot] = mix(slots[slot]!, id);
            remembered[slot] = { hash: slots[slot]!, length: absorbed.length };
            const output = outputs.indexOf(t);
            if (output >= 0) logits.set(fakeLogits(absorbed, vocabSize, sharpness), output * vocabSize);
          }
        });
      }
      return logits;
    },
    draft({ ids, sequences }: Batch): Float32Array {
      guesses.push(sequences.length);
      const logits = new Float32Array(ids.length * vocabSize);
      for (const { slot, pages: own, start, row, trail } of sequences) {
        const { hash, length } = remembered[slot]!;
        for (let at = 1; at < length; at++)
          if (tokenAt(draftPages, own, at - 1) !== tokenAt(pages, own, at))
            throw new Error(`the draft head's cache has a hole at ${at - 1} of ${start}`);
        writeToken(draftPages, own, start, ids[row]!);
        const next = { hash: mix(hash, ids[row]!), length };
        remembered[trail[0]!] = next;
        const best = (next.hash + (next.hash % wrongDraftEvery === 0 ? 1 : 0)) % vocabSize;
        logits[row * vocabSize + best] = 1;
      }
      return logits;
    },
  };
  return Object.assign(runner, { batches, guesses });
}

function tokenAt(pages: Int32Array[], of: Int32Array, at: number): number {
  return pages[of[Math.floor(at / PAGE_TOKENS)]!]![at % PAGE_TOKENS]!;
}

function writeToken(pages: Int32Array[], of: Int32Array, at: number, id: number): void {
  pages[of[Math.floor(at / PAGE_TOKENS)]!]![at % PAGE_TOKENS] = id;
}

/** Ids below 8 are halves of characters, the others letters. */
function fakeTokenizer(vocabSize: number) {
  return {
    vocabSize,
    encode: (text: string) => Array.from(text, (char) => char.charCodeAt(0) - 89),
    decoder() {
      let half = '';
      return {
        push(id: number) {
          if (id < 8 && !half) {
            half = `${id}`;
            return '';
          }
          const text = id < 8 ? `<${half}${id}>` : String.fromCharCode(89 + id);
          half = '';
          return text;
        },
        end: () => (half ? '\ufffd' : ''),
      };
    },
  };
}
