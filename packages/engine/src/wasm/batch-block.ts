import type { Batch } from '../model/batch.ts';
import type { CompilerOptions } from './compiler.ts';
import type { PatchChunk } from './patch-chunk.ts';

const PROGRAMS = ['forward', 'draft'] as const;
/** In place of a program's number, where a phase of the vision tower is to run. */
const SEE = PROGRAMS.length;
/** Words that this takes. */
const SEE_WORDS = 6;
/** Words in front of the ids, and in front of each sequence's pages. */
const HEADER = 4;
const SEQUENCE_HEADER = 6;

export type BatchProgram = (typeof PROGRAMS)[number];

/** What workers are to do: run a program on a batch, or a phase of the vision tower on a chunk. */
export type Task = { program: BatchProgram; batch: Batch } | { program: 'see'; phase: number; chunk: PatchChunk };

/** A phase of the vision tower as words. */
export function writePhase(phase: number, { first, count, rows, columns }: PatchChunk, words: Int32Array): void {
  words.set([SEE, phase, first, count, rows, columns]);
}

/**
 * A batch as words in shared memory, for workers to read: which program it is for and counts, then ids, outputs, and for
 * each sequence its slot, start, row, count, number of pages and length of trail, pages, trail. Positions stay with the
 * main thread, which turns them into rotary tables.
 */
export function writeBatch(program: BatchProgram, { ids, outputs, sequences }: Batch, words: Int32Array): void {
  words.set([PROGRAMS.indexOf(program), ids.length, outputs.length, sequences.length]);
  words.set(ids, HEADER);
  words.set(outputs, HEADER + ids.length);
  let at = HEADER + ids.length + outputs.length;
  for (const { slot, start, row, count, pages, trail } of sequences) {
    words.set([slot, start, row, count, pages.length, trail.length], at);
    words.set(pages, at + SEQUENCE_HEADER);
    words.set(trail, at + SEQUENCE_HEADER + pages.length);
    at += SEQUENCE_HEADER + pages.length + trail.length;
  }
}

/** What `writeBatch` or `writePhase` wrote. */
export function readTask(words: Int32Array): Task {
  let at = 0;
  const next = () => words[at++]!;
  const slice = (length: number) => {
    at += length;
    return words.slice(at - length, at);
  };
  const number = next();
  if (number === SEE) {
    const [phase, first, count, rows, columns] = [next(), next(), next(), next(), next()];
    return { program: 'see', phase, chunk: { first, count, rows, columns } };
  }
  const program = PROGRAMS[number]!;
  const [tokens, outputCount, sequenceCount] = [next(), next(), next()];
  const ids = slice(tokens);
  const outputs = slice(outputCount);
  const sequences = Array.from({ length: sequenceCount }, () => {
    const [slot, start, row, count, pageCount, trailLength] = [next(), next(), next(), next(), next(), next()];
    return { slot, start, row, count, pages: slice(pageCount), trail: slice(trailLength) };
  });
  return {
    program,
    batch: { ids, positions: new Int32Array(), positionsBefore: new Int32Array(), sequences, seen: [], outputs },
  };
}

/** Words that the largest batch takes. */
export function batchWords(options: CompilerOptions, pageCount: number): number {
  const { maxBatchTokens, maxOutputs, maxSequences } = options;
  // Trails have a slot for each token.
  return SEE_WORDS + HEADER + 2 * maxBatchTokens + maxOutputs + (SEQUENCE_HEADER + pageCount) * maxSequences;
}
