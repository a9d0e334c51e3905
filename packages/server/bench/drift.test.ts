import assert from 'node:assert/strict';
import { test } from 'node:test';
import { driftOf, type Interval } from './drift.ts';

const interval = (speed: number, residentBytes: number): Interval => ({
  requestsPerSecond: speed,
  tokensPerSecond: 20 * speed,
  residentBytes,
});

test('steady intervals do not drift, and one slow minute is none', () => {
  const steady = [10, 9.8, 10.1, 3, 10, 9.9, 10.2, 10].map((speed) => interval(speed, 300e6));
  assert.deepEqual(driftOf(steady).complaints, []);
});

test('what became slower or larger by more than a tenth is told', () => {
  const slower = [10, 10, 9.5, 9, 8.8, 8.5, 8.5, 8.4].map((speed) => interval(speed, 300e6));
  assert.deepEqual(driftOf(slower).complaints, ['requests became 15.5 % slower', 'tokens became 15.5 % slower']);
  const larger = [300, 310, 320, 330, 340, 350, 360, 370].map((size) => interval(10, size * 1e6));
  assert.deepEqual(driftOf(larger).complaints, ['memory grew by 19.7 %']);
  assert.deepEqual(driftOf([interval(10, 1), interval(20, 1)]).complaints, []);
});

test('a server that answers nothing has drifted', () => {
  assert.equal(driftOf([0, 0, 0, 0].map((speed) => interval(speed, 1))).complaints.length, 2);
  assert.throws(() => driftOf([]), RangeError);
});
