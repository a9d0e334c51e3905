import assert from 'node:assert/strict';
import { test } from 'node:test';
import { yieldToEventLoop } from './yield-to-event-loop.ts';

test('timers that are due get their turn, with and without setImmediate', async () => {
  for (const immediate of [globalThis.setImmediate, undefined]) {
    const known = globalThis.setImmediate;
    Object.assign(globalThis, { setImmediate: immediate });
    try {
      let fired = false;
      setTimeout(() => {
        fired = true;
      });
      for (const until = performance.now() + 2000; !fired && performance.now() < until; ) await yieldToEventLoop();
      assert.ok(fired);
    } finally {
      Object.assign(globalThis, { setImmediate: known });
    }
  }
});
