import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PAGE_TOKENS } from '../../model/batch.ts';
import { attend } from '../../reference/kernels/attend.ts';
import { type CacheFormat, cacheLayout } from '../cache-format.ts';
import {
  attendBeginKernel,
  attendFinishKernel,
  attendMergeKernel,
  attendPageKernel,
  attendQueryKernel,
  attendSums,
  MAX_QUERIES,
  queryBytes,
  SCORE_BYTES,
} from './attend.ts';
import { placeKey, placeValue, rounded } from './cache-test.ts';
import { assertNear, type Bench, benchOf, distance, placeRows, randomRows, readRows } from './kernel-test.ts';

const AT = { q: 0, gate: 4096, sums: 16384, more: 32768, scores: 49152, queries: 57344, out: 65536 };
const PAGE_AT = { keys: 128 * 1024, values: 512 * 1024 };

type Case = { queries: Float32Array[]; gate: Float32Array; keys: Float32Array[]; values: Float32Array[] };

function randomCase(headDim: number, tokens: number, heads = 1, size = 1): Case {
  const queries = randomRows(heads, headDim, headDim + tokens, 2);
  const [gate] = randomRows(1, headDim, headDim + 7, 2) as [Float32Array];
  return { queries, gate, keys: randomRows(tokens, headDim, 3, size), values: randomRows(tokens, headDim, 4) };
}

/** The kernels over one memory's worth of data, which is copied from one to the next. */
function attention(headDim: number, cache: CacheFormat, revectorize: boolean) {
  const shape = { headDim, cache };
  const layout = cacheLayout(cache, headDim);
  const sums = attendSums(headDim);
  const bench = <Shape>(make: (shape: Shape) => Parameters<typeof benchOf>[0], given: Shape) =>
    benchOf(make(given), revectorize);
  const [query, begin] = [bench(attendQueryKernel, shape), bench(attendBeginKernel, shape)];
  const [merge, finish] = [bench(attendMergeKernel, shape), bench(attendFinishKernel, shape)];
  const pages = Array.from({ length: MAX_QUERIES }, (_, i) => bench(attendPageKernel, { ...shape, heads: i + 1 }));
  const sumsOf = ({ floats }: Bench, head = 0, at = AT.sums) => {
    const from = (at + head * sums.bytes) / 4;
    return floats.subarray(from, from + sums.bytes / 4);
  };

  /** The sums of every head after pages of the given numbers of tokens. */
  function walk({ queries, keys, values }: Case, tokens: number[]): Float32Array[] {
    const page = pages[queries.length - 1]!;
    page.floats.fill(Number.NaN);
    begin.floats.fill(Number.NaN);
    begin.run(AT.sums);
    queries.forEach((q, h) => {
      placeRows(query, AT.q, headDim * 4, [q]);
      query.run(AT.q, AT.queries);
      placeRows(page, AT.queries + h * queryBytes(headDim), headDim * 4, readRows(query, AT.queries, 0, headDim, 1));
      sumsOf(page, h).set(sumsOf(begin));
    });
    let t = 0;
    for (const count of tokens) {
      // Behind the tokens lies what an earlier sequence left: any numbers.
      page.floats.fill(7e4, PAGE_AT.keys / 4);
      for (let i = 0; i < count; i++) {
        placeKey(page, layout, PAGE_AT.keys, i, keys[t + i]!);
        placeValue(page, layout, PAGE_AT.values, i, values[t + i]!);
      }
      page.run(AT.queries, PAGE_AT.keys, PAGE_AT.values, count, AT.sums, AT.scores);
      t += count;
    }
    return queries.map((_, h) => sumsOf(page, h).slice());
  }

  return {
    walk,
    merge(parts: Float32Array[]): Float32Array {
      begin.run(AT.sums);
      sumsOf(merge).set(sumsOf(begin));
      for (const part of parts) {
        sumsOf(merge, 0, AT.more).set(part);
        merge.run(AT.more, AT.sums);
      }
      return sumsOf(merge).slice();
    },
    finish(part: Float32Array, gate: Float32Array): Float32Array {
      finish.floats.fill(Number.NaN);
      sumsOf(finish).set(part);
      placeRows(finish, AT.gate, headDim * 4, [gate]);
      finish.run(AT.sums, AT.gate, AT.out);
      return readRows(finish, AT.out, 0, headDim, 1)[0]!;
    },
    run(given: Case, tokens: number[]): Float32Array[] {
      return this.walk(given, tokens).map((part) => this.finish(part, given.gate));
    },
    /** What scalar code makes of the same, keys and values rounded as the cache rounds them. */
    twin({ queries, gate, keys, values }: Case): Float32Array[] {
      const [k, v] = [keys, values].map((rows) => rows.map((row) => rounded(layout, row))) as [Rows, Rows];
      return queries.map((q) => {
        const out = new Float32Array(q.length);
        attend(q, gate, k, v, out);
        return out;
      });
    },
    scores: pages[0]!,
  };
}

type Rows = Float32Array[];

const pagesOf = (tokens: number): number[] =>
  Array.from({ length: Math.ceil(tokens / PAGE_TOKENS) }, (_, i) => Math.min(PAGE_TOKENS, tokens - i * PAGE_TOKENS));

describe('attention', () => {
  for (const cache of ['f16', 'f32'] as CacheFormat[])
    for (const revectorize of [false, true])
      test(`equals its scalar twin, ${cache}, ${revectorize ? 'fused' : 'plain'}`, () => {
        for (const headDim of [4, 8, 12, 20, 64, 256]) {
          const kernels = attention(headDim, cache, revectorize);
          for (const tokens of [1, 2, 3, 4, 5, 7, 15, 16, 17, 63, 64, 65, 130]) {
            const given = randomCase(headDim, tokens, 1 + (tokens % MAX_QUERIES));
            const got = kernels.run(given, pagesOf(tokens));
            // A score is one sum over all dimensions, so its rounding grows with them.
            assertNear(got, kernels.twin(given), Math.max(2e-6, headDim * 1.2e-8), `${tokens} tokens of ${headDim}`);
          }
        }
      });

  test('heads together give the bits of each alone, and fused code those of plain', () => {
    const given = randomCase(32, 130, MAX_QUERIES);
    const [plain, fused] = [attention(32, 'f16', false), attention(32, 'f16', true)];
    const together = plain.run(given, pagesOf(130));
    assert.deepEqual(fused.run(given, pagesOf(130)), together);
    given.queries.forEach((q, h) => {
      assert.deepEqual(plain.run({ ...given, queries: [q] }, pagesOf(130)), [together[h]], `head ${h}`);
    });
  });

  test('holds for scores far apart, whichever page has the highest', () => {
    const kernels = attention(16, 'f16', true);
    const given = randomCase(16, 130, 1, 200);
    assertNear(kernels.run(given, pagesOf(130)), kernels.twin(given), 1e-5, 'as drawn');
    const backwards = { ...given, keys: given.keys.toReversed(), values: given.values.toReversed() };
    assertNear(kernels.run(backwards, pagesOf(130)), kernels.twin(backwards), 1e-5, 'backwards');
  });

  test('pages of any size give the same but for rounding, fused code the same bits', () => {
    const given = randomCase(20, 61);
    const [plain, fused] = [attention(20, 'f32', false), attention(20, 'f32', true)];
    const [expected] = plain.run(given, [61]) as [Float32Array];
    assert.deepEqual(fused.run(given, [61]), [expected]);
    for (const pages of [new Array<number>(61).fill(1), [60, 1], [3, 50, 8]])
      assert.ok(distance(plain.run(given, pages)[0]!, expected) < 2e-6, `pages of ${pages}`);
  });

  test('walks merge to what one walk sums', () => {
    for (const size of [1, 100]) {
      const kernels = attention(24, 'f32', true);
      const given = randomCase(24, 150, 1, size);
      const cut = (from: number, to: number) => ({
        ...given,
        keys: given.keys.slice(from, to),
        values: given.values.slice(from, to),
      });
      const parts = [cut(0, 64), cut(64, 70), cut(70, 150)].map((part) =>
        kernels.walk(part, pagesOf(part.keys.length)),
      );
      const merged = kernels.merge(parts.map(([sums]) => sums!));
      assertNear([kernels.finish(merged, given.gate)], kernels.twin(given), size === 1 ? 2e-6 : 1e-5, `size ${size}`);
      const [only] = kernels.walk(cut(0, 64), [64]);
      assert.deepEqual(kernels.finish(kernels.merge([only!]), given.gate), kernels.finish(only!, given.gate));
    }
  });

  test('keeps to its scratch', () => {
    const { scores: page, ...kernels } = attention(16, 'f16', false);
    const given = randomCase(16, PAGE_TOKENS);
    for (let tokens = 1; tokens <= PAGE_TOKENS; tokens++) {
      kernels.walk(given, [tokens]);
      page.floats.fill(7, AT.scores / 4 - 1, AT.scores / 4 + 2 * PAGE_TOKENS);
      page.run(AT.queries, PAGE_AT.keys, PAGE_AT.values, tokens, AT.sums, AT.scores);
      assert.equal(page.floats[AT.scores / 4 - 1], 7);
      const behind = (AT.scores + SCORE_BYTES) / 4;
      assert.ok(
        page.floats.subarray(behind, behind + 16).every((x) => x === 7),
        `${tokens} tokens`,
      );
    }
  });
});
