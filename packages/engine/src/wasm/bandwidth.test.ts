import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureBandwidth } from './bandwidth.ts';

test('memory is read at a rate that a machine can have', async () => {
  const rate = await measureBandwidth(2);
  assert.ok(rate > 5e8 && rate < 5e12, `${rate} bytes a second`);
});
