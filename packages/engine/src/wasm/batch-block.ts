import type { Batch } from '../model/batch.ts';
import type { CompilerOptions } from './compiler.ts';

/**
 * A batch as words in shared memory, for workers to read: counts, then ids, outputs, and for each sequence its slot,
 * start, row, count, number of pages, pages. Positions stay with the main thread, which turns them into rotary tables.
 */
export function writeBatch({ ids, outputs, sequences }: Batch, words: Int32Array): void {
  words.set([ids.length, outputs.length, sequences.length]);
  words.set(ids, 3);
  words.set(outputs, 3 + ids.length);
  let at = 3 + ids.length + outputs.length;
  for (const { slot, start, row, count, pages } of sequences) {
    words.set([slot, start, row, count, pages.length], at);
    words.set(pages, at + 5);
    at += 5 + pages.length;
  }
}

export function readBatch(words: Int32Array): Batch {
  const [tokens, outputs, sequenceCount] = [words[0]!, words[1]!, words[2]!];
  let at = 3 + tokens + outputs;
  const sequences = Array.from({ length: sequenceCount }, () => {
    const [slot, start, row, count, pageCount] = words.subarray(at, at + 5) as unknown as [
      number,
      number,
      number,
      number,
      number,
    ];
    const pages = words.slice(at + 5, at + 5 + pageCount);
    at += 5 + pageCount;
    return { slot, start, row, count, pages };
  });
  return {
    ids: words.slice(3, 3 + tokens),
    positions: new Int32Array(),
    sequences,
    outputs: words.slice(3 + tokens, 3 + tokens + outputs),
  };
}

/** Words that the largest batch takes. */
export function batchWords(options: CompilerOptions, pageCount: number): number {
  return 3 + options.maxBatchTokens + options.maxOutputs + 5 * options.maxSequences + pageCount * options.maxSequences;
}
