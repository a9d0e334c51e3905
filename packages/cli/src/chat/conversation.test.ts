import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceEvent } from '../chat-source.ts';
import { Conversation } from './conversation.ts';
import { fakeSource } from './fake-source.ts';

const ignore = () => undefined;
const never = new AbortController().signal;

test('every turn asks with all that was said, thinking included, and what is set then', async () => {
  const { source, asked } = fakeSource();
  const conversation = new Conversation(source, { system: 'Be brief.', maxTokens: 7, temperature: 0 });
  assert.equal(conversation.think, true);
  const events: SourceEvent[] = [];
  const result = await conversation.ask('One', never, (event) => events.push(event));
  assert.equal(result!.content, 'You said: One');
  assert.deepEqual(
    events.map((event) => event.type),
    ['reasoning', 'content', 'end'],
  );
  conversation.system = '';
  conversation.think = false;
  await conversation.ask('Two', never, ignore);
  assert.deepEqual(asked[0]!.messages, [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'One' },
  ]);
  assert.deepEqual(asked[0]!.options, { maxTokens: 7, temperature: 0, enableThinking: true, signal: never });
  assert.deepEqual(asked[1]!.messages, [
    { role: 'user', content: 'One' },
    { role: 'assistant', content: 'You said: One', reasoning_content: 'Hm.' },
    { role: 'user', content: 'Two' },
  ]);
  assert.equal(asked[1]!.options.enableThinking, false);
  conversation.reset();
  await conversation.ask('Three', never, ignore);
  assert.deepEqual(asked[2]!.messages, [{ role: 'user', content: 'Three' }]);
});

test('what came of a stopped answer stays; without any the question was never asked', async () => {
  const { source, asked } = fakeSource();
  const conversation = new Conversation(source);
  const early = AbortSignal.abort(new Error('stopped'));
  assert.equal(await conversation.ask('One', early, ignore), null);
  const control = new AbortController();
  assert.equal(await conversation.ask('Two', control.signal, () => control.abort()), null);
  await conversation.ask('Three', never, ignore);
  assert.deepEqual(asked[2]!.messages, [
    { role: 'user', content: 'Two' },
    { role: 'assistant', content: '', reasoning_content: 'Hm.' },
    { role: 'user', content: 'Three' },
  ]);
  assert.equal(conversation.last!.content, 'You said: Three');
});

test('a failure leaves the conversation as it was', async () => {
  let failure: Error | null = new Error('full');
  const { source, asked } = fakeSource({ failure: () => failure });
  const conversation = new Conversation(source);
  await assert.rejects(conversation.ask('One', never, ignore), /full/);
  failure = null;
  await conversation.ask('Two', never, ignore);
  assert.deepEqual(asked[1]!.messages, [{ role: 'user', content: 'Two' }]);
});

test('of a server that tells little, little is known: it thinks as it likes, and its usage is what is used', async () => {
  const { source, asked } = fakeSource({ isRemote: true });
  const conversation = new Conversation(source);
  assert.equal(conversation.think, null);
  await conversation.ask('One', never, ignore);
  assert.deepEqual(asked[0]!.options, { signal: never });
  assert.equal(conversation.usedTokens, 32);
  const control = new AbortController();
  await conversation.ask('Two', control.signal, () => control.abort());
  assert.equal(conversation.usedTokens, null);
  conversation.reset();
  assert.equal(conversation.usedTokens, 0);
});
