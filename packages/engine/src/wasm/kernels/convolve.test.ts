import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { convolve } from '../../reference/kernels/convolve.ts';
import { convolveKernel } from './convolve.ts';
import { assertNear, type Bench, benchOf, placeRows, randomRows, readRows, strideOf } from './kernel-test.ts';

const AT = { x: 0, state: 256 * 1024, weights: 384 * 1024 };

type Case = { taps: number; channels: number; rows: Float32Array[]; state: Float32Array[]; weights: Float32Array[] };

/** `weights` and `state` have a row for each tap. */
function randomCase(taps: number, channels: number, count: number): Case {
  const [rows, state, weights] = [count, taps - 1, taps].map((n, i) => randomRows(n, channels, 7 * i + channels));
  return { taps, channels, rows: rows!, state: state!, weights: weights! };
}

function benchFor({ taps, channels }: Case, revectorize: boolean): Bench {
  const stride = strideOf(channels);
  return benchOf(convolveKernel({ taps, rowStride: stride, stateStride: stride, weightStride: stride }), revectorize);
}

/** Feeds the rows in chunks of the given lengths; returns all outputs and the state afterwards. */
function run(bench: Bench, { taps, channels, rows, state, weights }: Case, chunks: number[]) {
  const stride = strideOf(channels);
  placeRows(bench, AT.x, stride, rows);
  placeRows(bench, AT.state, stride, state);
  placeRows(bench, AT.weights, stride, weights);
  let at = AT.x;
  for (const count of chunks) {
    bench.run(at, AT.state, AT.weights, channels, count);
    at += count * stride;
  }
  return {
    out: readRows(bench, AT.x, stride, channels, rows.length),
    state: readRows(bench, AT.state, stride, channels, taps - 1),
  };
}

function twin({ taps, channels, rows, state, weights }: Case) {
  const flat = Float32Array.from(state.flatMap((row) => [...row]));
  const perChannel = Float32Array.from(
    { length: channels * taps },
    (_, i) => weights[i % taps]![Math.floor(i / taps)]!,
  );
  const out = rows.map((row) => {
    const x = row.slice();
    convolve(x, flat, perChannel);
    return x;
  });
  return { out, state: state.map((_, t) => flat.slice(t * channels, (t + 1) * channels)) };
}

describe('convolution', () => {
  for (const revectorize of [false, true])
    test(`equals its scalar twin, ${revectorize ? 'fused' : 'plain'}`, () => {
      for (const [taps, channels] of [
        [4, 4],
        [4, 8],
        [4, 12],
        [4, 68],
        [2, 20],
        [3, 16],
        [5, 4],
      ] as const)
        for (const count of [1, 2, 3, 4, 9]) {
          const given = randomCase(taps, channels, count);
          const got = run(benchFor(given, revectorize), given, [count]);
          const expected = twin(given);
          assertNear(got.out, expected.out, 1e-6, `${taps} taps, ${channels} channels`);
          assert.deepEqual(got.state, expected.state, `state of ${taps} taps after ${count} rows`);
        }
    });

  test('any split of the rows gives the same bits', () => {
    const given = randomCase(4, 12, 9);
    const bench = benchFor(given, true);
    const expected = run(bench, given, [9]);
    for (const chunks of [
      [1, 1, 1, 1, 1, 1, 1, 1, 1],
      [2, 7],
      [8, 1],
      [3, 3, 3],
    ])
      assert.deepEqual(run(bench, given, chunks), expected, `chunks of ${chunks}`);
  });

  test('touches its own channels only, and gives them the same bits as in company', () => {
    const given = randomCase(4, 24, 3);
    const bench = benchFor(given, true);
    const expected = run(bench, given, [3]);
    const stride = strideOf(24);
    placeRows(bench, AT.x, stride, given.rows);
    placeRows(bench, AT.state, stride, given.state);
    // Channels 4 to 15, by themselves.
    bench.run(AT.x + 16, AT.state + 16, AT.weights + 16, 12, 3);
    readRows(bench, AT.x, stride, 24, 3).forEach((row, r) => {
      const raw = given.rows[r]!;
      const wanted = [...raw.slice(0, 4), ...expected.out[r]!.slice(4, 16), ...raw.slice(16)];
      assert.deepEqual([...row], wanted);
    });
    readRows(bench, AT.state, stride, 24, 3).forEach((row, t) => {
      const raw = given.state[t]!;
      assert.deepEqual([...row], [...raw.slice(0, 4), ...expected.state[t]!.slice(4, 16), ...raw.slice(16)]);
    });
  });
});
