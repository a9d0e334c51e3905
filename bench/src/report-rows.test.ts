import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Figures } from './figure.ts';
import { reportRows, type Samples } from './report-rows.ts';

const limits = [{ bytesPerSecond: 20e9, operationsPerSecond: 400e9 }];
const samples = (lantern: Figures[], llama: Figures[]): Samples => ({
  shape: '0.8b',
  format: 'q4_0',
  threads: 2,
  rounds: { lantern, 'llama.cpp': llama },
  limits,
});
const decode = (value: number) => ({ decode: { value, bytesPerSecond: value * 0.5e9 } });
const load = (value: number) => ({ load: { value } });

test('medians, shares and the ratio of medians', () => {
  const [row, ...rest] = reportRows(samples([30, 31, 32].map(decode), [20, 20, 21].map(decode)));
  assert.deepEqual(rest, []);
  assert.equal(row?.figure, 'decode');
  assert.equal(row?.lantern.median, 31);
  assert.equal(row?.lantern.share, (31 * 0.5e9) / 20e9);
  assert.equal(row?.ratio, 31 / 20);
  assert.equal(row?.doubt, null);
});

test('where less is better the ratio turns round', () => {
  const [row] = reportRows(samples([0.5, 0.5, 0.5].map(load), [1, 1, 1].map(load)));
  assert.equal(row?.ratio, 2);
  assert.equal(row?.lantern.share, null);
});

test('no ratio where either side is noisy, or alone', () => {
  const steady = [20, 20, 20].map(decode);
  const wild = [10, 20, 30].map(decode);
  for (const row of [...reportRows(samples(wild, steady)), ...reportRows(samples(steady, wild))]) {
    assert.equal(row.doubt, 'noisy');
    assert.equal(row.ratio, null);
  }
  const [alone] = reportRows(samples(steady, []));
  assert.equal(alone?.peer, null);
  assert.equal(alone?.ratio, null);
  assert.equal(alone?.doubt, null);
});

test('no ratio where a side did not get its cores', () => {
  const on = (cores: number) => [1, 2, 3].map(() => ({ decode: { value: 20, cores } }));
  const [row] = reportRows(samples(on(1.95), on(1.1)));
  assert.equal(row?.doubt, 'starved');
  assert.equal(row?.ratio, null);
  assert.equal(row?.other?.cores, 1.1);
  assert.equal(reportRows(samples(on(1.95), on(1.8)))[0]?.ratio, 1);
});

test('where the tokens of a round decide, rounds are compared one by one', () => {
  const rounds = (...values: number[]) => values.map((value) => ({ divergence: { value } }));
  const [row] = reportRows(samples(rounds(1, 2, 4), rounds(1.1, 2, 4)));
  assert.equal(row?.doubt, null);
  assert.equal(row?.ratio, 1);
  assert.equal(reportRows(samples(rounds(1, 2, 4), rounds(1, 4, 2)))[0]?.doubt, 'noisy');
});

test('each peer has a row of its own', () => {
  const two = samples([30, 31, 32].map(decode), [20, 20, 20].map(decode));
  two.rounds.wllama = [10, 10, 10].map(decode);
  const rows = reportRows(two);
  assert.deepEqual(
    rows.map(({ peer, ratio }) => [peer, ratio]),
    [
      ['llama.cpp', 31 / 20],
      ['wllama', 3.1],
    ],
  );
});

test('no ratio of one or two rounds', () => {
  const [row] = reportRows(samples([30, 30].map(decode), [20, 20, 20].map(decode)));
  assert.equal(row?.doubt, 'few');
  assert.equal(row?.ratio, null);
});
