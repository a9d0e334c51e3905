import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deltaRule } from '../../reference/kernels/delta-rule.ts';
import { l2Norm } from '../../reference/kernels/norm.ts';
import { deltaRuleKernel, stripWidths } from './delta-rule.ts';
import { assertNear, type Bench, benchOf, noise, placeRows, randomRows, readRows, strideOf } from './kernel-test.ts';

const AT = { state: 0, qkv: 128 * 1024, decay: 512 * 1024, beta: 576 * 1024, out: 640 * 1024 };
const GATES = 128;

type Case = {
  keyDim: number;
  valueDim: number;
  state: Float32Array;
  /** q, k and v side by side, a row a token. */
  qkv: Float32Array[];
  decay: Float32Array[];
  beta: Float32Array[];
};

/** Queries and keys have unit length and gates lie in (0, 1), as a model has them. */
function randomCase(keyDim: number, valueDim: number, tokens: number): Case {
  const qkv = randomRows(tokens, 2 * keyDim + valueDim, keyDim + valueDim);
  for (const row of qkv) for (const at of [0, keyDim]) l2Norm(row.subarray(at, at + keyDim), 1);
  const random = noise(3);
  const gates = () => Array.from({ length: tokens }, () => Float32Array.of(1 / (1 + Math.exp(-2 * random()))));
  const [state] = randomRows(1, keyDim * valueDim, 4) as [Float32Array];
  return { keyDim, valueDim, state, qkv, decay: gates(), beta: gates() };
}

function benchFor({ keyDim, valueDim }: Case, revectorize: boolean): Bench {
  const qkvRowStride = strideOf(2 * keyDim + valueDim);
  const shape = { keyDim, valueDim, qkvRowStride, gateRowStride: GATES, outRowStride: strideOf(valueDim) };
  return benchOf(deltaRuleKernel(shape), revectorize);
}

/** Feeds the tokens in chunks of the given lengths; returns all outputs and the state afterwards. */
function run(bench: Bench, { keyDim, valueDim, state, qkv, decay, beta }: Case, chunks: number[]) {
  const stride = strideOf(2 * keyDim + valueDim);
  const outStride = strideOf(valueDim);
  placeRows(bench, AT.state, (state.length + 16) * 4, [toStrips(state, keyDim)]);
  placeRows(bench, AT.qkv, stride, qkv);
  placeRows(bench, AT.decay, GATES, decay);
  placeRows(bench, AT.beta, GATES, beta);
  bench.floats.fill(-1, AT.out / 4);
  let t = 0;
  for (const count of chunks) {
    const q = AT.qkv + t * stride;
    const [k, v] = [q + keyDim * 4, q + keyDim * 8];
    bench.run(AT.state, q, k, v, AT.decay + t * GATES, AT.beta + t * GATES, AT.out + t * outStride, count);
    t += count;
  }
  const [after] = readRows(bench, AT.state, 0, state.length, 1) as [Float32Array];
  return { out: readRows(bench, AT.out, outStride, valueDim, qkv.length), state: [after] };
}

function twin({ keyDim, valueDim, state, qkv, decay, beta }: Case) {
  const after = state.slice();
  const out = qkv.map((row, t) => {
    const [q, k, v] = [row.subarray(0, keyDim), row.subarray(keyDim, 2 * keyDim), row.subarray(2 * keyDim)];
    const answer = new Float32Array(valueDim);
    deltaRule(after, q, k, v, decay[t]![0]!, beta[t]![0]!, answer);
    return answer;
  });
  return { out, state: [toStrips(after, keyDim)] };
}

/** A state of the scalar twin, [valueDim][keyDim], as the kernel has it. */
function toStrips(state: Float32Array, keyDim: number): Float32Array {
  const laid: number[] = [];
  let first = 0;
  for (const { columns, times } of stripWidths(state.length / keyDim))
    for (let strip = 0; strip < times; strip++, first += columns)
      for (let key = 0; key < keyDim; key++)
        for (let column = first; column < first + columns; column++) laid.push(state[column * keyDim + key]!);
  return Float32Array.from(laid);
}

describe('delta rule', () => {
  for (const revectorize of [false, true])
    test(`equals its scalar twin, ${revectorize ? 'fused' : 'plain'}`, () => {
      for (const [keyDim, valueDim] of [
        [4, 1],
        [8, 2],
        [12, 5],
        [16, 16],
        [20, 3],
        [64, 33],
        [32, 71],
        [128, 128],
      ] as const)
        for (const tokens of [1, 2, 3, 17]) {
          const given = randomCase(keyDim, valueDim, tokens);
          const got = run(benchFor(given, revectorize), given, [tokens]);
          const expected = twin(given);
          assertNear(got.out, expected.out, 3e-6, `${keyDim}x${valueDim}, ${tokens} tokens`);
          assertNear(got.state, expected.state, 1e-6, `state ${keyDim}x${valueDim} after ${tokens} tokens`);
        }
    });

  test('any split of the tokens gives the same bits, fused or not', () => {
    for (const [keyDim, valueDim] of [
      [20, 3],
      [64, 44],
    ] as const) {
      const given = randomCase(keyDim, valueDim, 12);
      const [plain, fused] = [benchFor(given, false), benchFor(given, true)];
      const expected = run(plain, given, [12]);
      for (const chunks of [[12], new Array<number>(12).fill(1), [5, 7], [1, 11], [3, 4, 5]])
        assert.deepEqual(run(fused, given, chunks), expected, `chunks of ${chunks}`);
    }
  });

  test('a token with neither decay nor correction leaves the state alone', () => {
    const given = randomCase(16, 6, 1);
    given.decay[0]!.fill(1);
    given.beta[0]!.fill(0);
    assert.deepEqual(run(benchFor(given, true), given, [1]).state, [toStrips(given.state, 16)]);
  });
});
