import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newestLeaf, pathTo, subtreeOf, versionsOf } from './message-tree.ts';
import type { Message } from './records.ts';

/** a → b → c, d → e; b has the version x; c has the version d. */
const messages = new Map(
  ['a ', 'b a', 'c b', 'x a', 'd b', 'e d'].map((pair, createdAt) => {
    const [id, parentId] = pair.split(' ') as [string, string];
    const base = { id, conversationId: '1', parentId: parentId || null, createdAt };
    return [id, { ...base, role: 'user', text: id, fileIds: [] } satisfies Message];
  }),
);

const names = (list: readonly Message[]) => list.map(({ id }) => id).join('');

test('branches, versions and what follows', () => {
  assert.equal(names(pathTo(messages, 'e')), 'abde');
  assert.equal(names(pathTo(messages, null)), '');
  assert.equal(names(versionsOf(messages, messages.get('b')!)), 'bx');
  assert.equal(newestLeaf(messages, 'b'), 'e');
  assert.equal(newestLeaf(messages, 'a'), 'x');
  assert.equal(names(subtreeOf(messages, 'b')), 'bcde');
});
