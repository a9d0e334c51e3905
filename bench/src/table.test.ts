import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReportRow } from './report-rows.ts';
import { table } from './table.ts';

const row: ReportRow = {
  shape: '0.8b',
  format: 'q4_0',
  figure: 'decode',
  lantern: { rounds: 3, median: 41.237, spread: 0.021, share: 0.83, cores: 1.96 },
  peer: 'wllama',
  other: { rounds: 3, median: 123.9, spread: 0.004, share: null, cores: null },
  ratio: 0.3328,
  doubt: null,
};

test('a table in Markdown, all lines of one width', () => {
  const lines = table([row, { ...row, ratio: null, doubt: 'noisy', figure: 'load' }]).split('\n');
  assert.equal(new Set(lines.map((line) => line.length)).size, 1);
  assert.match(lines[0]!, /^\| shape \| format \| measure/);
  assert.match(lines[1]!, /^\|-+\|-+\|.*-:\|$/);
  assert.match(
    lines[2]!,
    /\| 0.8b +\| q4_0 +\| decode after 512 +\| tok\/s \| wllama \| +41.2 \| +124 \| 0.33x \| +2 % \| +0 % \| +83 % \| +\| +1.96 \| +\|$/,
  );
  assert.match(lines[3]!, /load to first token .*\| noisy \| /);
});

test('nothing stands where there is no peer', () => {
  const line = table([{ ...row, peer: null, other: null, ratio: null }]).split('\n')[2]!;
  assert.deepEqual(
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(5),
    ['', '41.2', '', '', '2 %', '', '83 %', '', '1.96', '', ''],
  );
});
