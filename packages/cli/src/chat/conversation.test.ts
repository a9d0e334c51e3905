import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatEvent } from '@lantern/engine';
import { Conversation } from './conversation.ts';
import { fakeEngine } from './fake-engine.ts';

const ignore = () => undefined;
const never = new AbortController().signal;

test('every turn asks with all that was said, thinking included, and what is set then', async () => {
  const { engine, asked } = fakeEngine();
  const conversation = new Conversation(engine, { system: 'Be brief.', maxTokens: 7, temperature: 0 });
  assert.equal(conversation.think, true);
  const events: ChatEvent[] = [];
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
  const { engine, asked } = fakeEngine();
  const conversation = new Conversation(engine);
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
  const { engine, asked } = fakeEngine(() => failure);
  const conversation = new Conversation(engine);
  await assert.rejects(conversation.ask('One', never, ignore), /full/);
  failure = null;
  await conversation.ask('Two', never, ignore);
  assert.deepEqual(asked[1]!.messages, [{ role: 'user', content: 'Two' }]);
});
