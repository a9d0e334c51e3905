import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alignColumns } from './align-columns.ts';

test('columns are as wide as their widest cell, lines have no blanks at their end', () => {
  const rows = [
    ['a', 'bb', ''],
    ['ccc', 'd', '10'],
  ];
  assert.equal(alignColumns(rows, { right: [1] }), 'a    bb\nccc   d  10\n');
});
