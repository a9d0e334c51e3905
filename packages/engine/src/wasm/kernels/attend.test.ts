import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { attend } from '../../reference/kernels/attend.ts';
import { attendBeginKernel, attendFinishKernel, attendPageKernel } from './attend.ts';
import { assertNear, type Bench, benchOf, distance, placeRows, randomRows, readRows } from './kernel-test.ts';

const PAGE = 64;
const AT = { q: 0, gate: 4096, sums: 8192, scores: 12288, out: 16384, keys: 32 * 1024, values: 512 * 1024 };

type Case = { q: Float32Array; gate: Float32Array; keys: Float32Array[]; values: Float32Array[] };

function randomCase(headDim: number, tokens: number, size = 1): Case {
  const [q, gate] = randomRows(2, headDim, headDim + tokens, 2) as [Float32Array, Float32Array];
  return { q, gate, keys: randomRows(tokens, headDim, 3, size), values: randomRows(tokens, headDim, 4) };
}

/** The three kernels over one memory's worth of data, which is copied from one to the next. */
function benchFor(headDim: number, revectorize: boolean) {
  const shape = { headDim, scale: 1 / Math.sqrt(headDim) };
  const kernels = [attendBeginKernel(shape), attendPageKernel(shape), attendFinishKernel(shape)];
  return kernels.map((kernel) => benchOf(kernel, revectorize)) as [Bench, Bench, Bench];
}

/** Feeds keys and values in pages of the given numbers of tokens. */
function run([begin, page, finish]: [Bench, Bench, Bench], { q, gate, keys, values }: Case, pages: number[]) {
  const headDim = q.length;
  begin.floats.fill(Number.NaN);
  begin.run(AT.sums);
  const sums = (bench: Bench) => bench.floats.subarray(AT.sums / 4, AT.sums / 4 + headDim + 2);
  page.floats.fill(Number.NaN);
  sums(page).set(sums(begin));
  placeRows(page, AT.q, headDim * 4, [q]);
  let t = 0;
  for (const count of pages) {
    // Behind the tokens lies what an earlier sequence left.
    page.floats.fill(Number.NaN, AT.keys / 4);
    placeRows(page, AT.keys, headDim * 4, keys.slice(t, t + count));
    placeRows(page, AT.values, headDim * 4, values.slice(t, t + count));
    page.run(AT.q, AT.keys, AT.values, count, AT.sums, AT.scores);
    t += count;
  }
  finish.floats.fill(Number.NaN);
  sums(finish).set(sums(page));
  placeRows(finish, AT.gate, headDim * 4, [gate]);
  finish.run(AT.sums, AT.gate, AT.out);
  return readRows(finish, AT.out, 0, headDim, 1)[0]!;
}

function twin({ q, gate, keys, values }: Case): Float32Array {
  const out = new Float32Array(q.length);
  attend(q, gate, keys, values, out);
  return out;
}

const pagesOf = (tokens: number): number[] =>
  Array.from({ length: Math.ceil(tokens / PAGE) }, (_, i) => Math.min(PAGE, tokens - i * PAGE));

describe('attention', () => {
  for (const revectorize of [false, true])
    test(`equals its scalar twin, ${revectorize ? 'fused' : 'plain'}`, () => {
      for (const headDim of [4, 8, 12, 20, 64, 256]) {
        const benches = benchFor(headDim, revectorize);
        for (const tokens of [1, 2, 3, 4, 5, 7, 63, 64, 65, 130]) {
          const given = randomCase(headDim, tokens);
          const got = run(benches, given, pagesOf(tokens));
          assertNear([got], [twin(given)], 2e-6, `${tokens} tokens of ${headDim}`);
        }
      }
    });

  test('holds for scores far apart, whichever page has the highest', () => {
    const benches = benchFor(16, true);
    const given = randomCase(16, 130, 200);
    assertNear([run(benches, given, pagesOf(130))], [twin(given)], 1e-5, 'as drawn');
    const backwards = { ...given, keys: given.keys.toReversed(), values: given.values.toReversed() };
    assertNear([run(benches, backwards, pagesOf(130))], [twin(backwards)], 1e-5, 'backwards');
  });

  test('pages of any size give the same but for rounding, and fused code the same bits', () => {
    const given = randomCase(20, 61);
    const [plain, fused] = [benchFor(20, false), benchFor(20, true)];
    const expected = run(plain, given, [61]);
    assert.deepEqual(run(fused, given, [61]), expected);
    for (const pages of [new Array<number>(61).fill(1), [60, 1], [3, 50, 8]])
      assert.ok(distance(run(plain, given, pages), expected) < 2e-6, `pages of ${pages}`);
  });

  test('keeps to its scratch: four numbers more than tokens', () => {
    const [, page] = benchFor(16, false);
    const given = randomCase(16, PAGE);
    placeRows(page, AT.q, 64, [given.q]);
    for (let tokens = 1; tokens <= PAGE; tokens++) {
      const behind = AT.scores / 4 + tokens + 4;
      page.floats.fill(7, AT.scores / 4 - 1, AT.scores / 4 + 2 * PAGE);
      page.run(AT.q, AT.keys, AT.values, tokens, AT.sums, AT.scores);
      assert.equal(page.floats[AT.scores / 4 - 1], 7);
      assert.ok(
        page.floats.subarray(behind, behind + 16).every((x) => x === 7),
        `${tokens} tokens`,
      );
    }
  });
});
