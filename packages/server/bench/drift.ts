import { median } from './median.ts';

/** What one interval of a soak gave. */
export type Interval = { requestsPerSecond: number; tokensPerSecond: number; residentBytes: number };

export type Drift = {
  /** Last quarter's median over the first's: below 1 the server became slower. */
  requests: number;
  tokens: number;
  /** Above 1 it holds more memory. */
  memory: number;
  /** What is beyond the limits, in words; empty where nothing drifts. */
  complaints: string[];
};

/** Share by which the last quarter may be slower, or hold more memory, than the first. */
const MOST_DRIFT = 0.1;

/** Compares the first and the last quarter of the intervals after warm-up, each by its medians. */
export function driftOf(intervals: readonly Interval[]): Drift {
  if (intervals.length === 0) throw new RangeError('no interval was measured after the warm-up');
  const count = Math.ceil(intervals.length / 4);
  const change = (key: keyof Interval) =>
    median(intervals.slice(-count).map((interval) => interval[key])) /
    median(intervals.slice(0, count).map((interval) => interval[key]));
  const drift = {
    requests: change('requestsPerSecond'),
    tokens: change('tokensPerSecond'),
    memory: change('residentBytes'),
  };
  const complaints: string[] = [];
  const percent = (ratio: number) => `${(100 * Math.abs(ratio - 1)).toFixed(1)} %`;
  if (!(drift.requests >= 1 - MOST_DRIFT)) complaints.push(`requests became ${percent(drift.requests)} slower`);
  if (!(drift.tokens >= 1 - MOST_DRIFT)) complaints.push(`tokens became ${percent(drift.tokens)} slower`);
  if (!(drift.memory <= 1 + MOST_DRIFT)) complaints.push(`memory grew by ${percent(drift.memory)}`);
  return { ...drift, complaints };
}
