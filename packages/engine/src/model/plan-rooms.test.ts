import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCheckpoint } from '../checkpoint/open-checkpoint.ts';
import { fixture } from '../checkpoint/test-support.ts';
import { recordForward } from './forward.ts';
import type { Buffer, Step } from './plan.ts';
import { shareRooms } from './plan-rooms.ts';
import { buffersOf } from './plan-segments.ts';

for (const [name, draft] of [
  ['dense-tied-r1', false],
  ['dense-tied-r1', true],
  ['moe-vision-r2', false],
  ['moe-vision-r2', true],
] as const)
  test(`${name}${draft ? ' with its draft head' : ''}: no step finds another buffer where its input was`, () => {
    const checkpoint = openCheckpoint(fixture(name));
    const plan = recordForward(checkpoint.config, checkpoint.weights({ draft }));
    checkpoint.close();
    const rooms = shareRooms(plan, ({ width }) => width);
    assert.deepEqual(new Set(rooms.flat()), new Set(plan.buffers));
    assert.equal(rooms.flat().length, plan.buffers.length);

    /** The buffer that was written last of those that share a room. */
    const holds = new Map<Buffer[], Buffer>();
    const roomOf = (buffer: Buffer) => rooms.find((room) => room.includes(buffer))!;
    const run = (steps: Step[]) => {
      for (const step of steps) {
        const { reads, writes } = buffersOf(step);
        for (const buffer of reads) assert.equal(holds.get(roomOf(buffer)), buffer, `${step.op} reads ${buffer.name}`);
        for (const buffer of writes) holds.set(roomOf(buffer), buffer);
        // Inputs and outputs of a step are there at once.
        assert.equal(new Set([...reads, ...writes].map(roomOf)).size, new Set([...reads, ...writes]).size, step.op);
      }
    };
    const forward = [plan.layers, plan.draft?.fill ?? [], plan.head];
    const guess = plan.draft ? [plan.draft.layers, plan.draft.head] : [];
    for (const steps of [...forward, ...guess, ...forward]) run(steps);
    assert.equal(holds.get(roomOf(plan.logits)), plan.logits);

    const embedded = [...plan.layers, ...(plan.draft?.fill ?? [])].filter((step) => step.op === 'embed');
    for (const { out } of embedded) assert.deepEqual(roomOf(out), [out], 'what was seen waits there');
    const width = (buffers: Buffer[]) => buffers.reduce((sum, buffer) => sum + buffer.width, 0);
    assert.ok(width(rooms.map((room) => room[0]!)) < 0.7 * width(plan.buffers));
  });
