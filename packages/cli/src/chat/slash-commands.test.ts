import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Conversation } from './conversation.ts';
import { fakeSource } from './fake-source.ts';
import { readLine } from './slash-commands.ts';

describe('slash commands', () => {
  const { source } = fakeSource();
  const note = (conversation: Conversation, line: string) => {
    const meaning = readLine(line, conversation);
    assert.ok('note' in meaning, JSON.stringify(meaning));
    return meaning.note;
  };

  test('everything else is a message; // stands for /', () => {
    const conversation = new Conversation(source);
    assert.deepEqual(readLine('Hello', conversation), { message: 'Hello' });
    assert.deepEqual(readLine(' /think off', conversation), { message: ' /think off' });
    assert.deepEqual(readLine('//etc/hosts\nis what?', conversation), { message: '/etc/hosts\nis what?' });
  });

  test('/think', () => {
    const conversation = new Conversation(source);
    assert.equal(note(conversation, '/think'), 'thinking is on');
    assert.equal(note(conversation, '/think off '), 'thinking is off');
    assert.equal(conversation.think, false);
    assert.equal(note(conversation, '/think'), 'thinking is off');
    assert.match(note(conversation, '/think maybe'), /\/think maybe: on or off is expected/);
    assert.equal(note(conversation, '/think  on'), 'thinking is on');
    const remote = new Conversation(fakeSource({ isRemote: true }).source);
    assert.equal(note(remote, '/think'), 'thinking is left to the server');
    assert.equal(note(remote, '/think off'), 'thinking is off');
  });

  test('/system', () => {
    const conversation = new Conversation(source);
    assert.equal(note(conversation, '/system'), 'there is no system message');
    assert.equal(note(conversation, '/system Be  brief.\nAlways.'), 'system message: Be  brief.\nAlways.');
    assert.equal(conversation.system, 'Be  brief.\nAlways.');
    assert.equal(note(conversation, '/system ""'), 'there is no system message');
  });

  test('/stats and /reset', async () => {
    const conversation = new Conversation(source);
    assert.equal(note(conversation, '/stats'), 'context  0 of 1,000 tokens');
    await conversation.ask('Hi', new AbortController().signal, () => undefined);
    assert.deepEqual(note(conversation, '/stats').split('\n'), [
      'context  3 of 1,000 tokens',
      'prompt   11 tokens, 1 of them cached, prefill 100.0 tok/s',
      'answer   21 tokens, 5 of them thinking, decode 10.0 tok/s',
    ]);
    assert.match(note(conversation, '/reset'), /forgotten/);
    assert.equal(note(conversation, '/stats'), 'context  0 of 1,000 tokens');
  });

  test('/stats of a server shows what it tells', async () => {
    const lines = async (options: Parameters<typeof fakeSource>[0]) => {
      const conversation = new Conversation(fakeSource({ isRemote: true, ...options }).source);
      await conversation.ask('Hi', new AbortController().signal, () => undefined);
      return note(conversation, '/stats').split('\n');
    };
    const usage = {
      promptTokens: 1011,
      cachedTokens: null,
      completionTokens: 21,
      reasoningTokens: null,
      acceptedDraftTokens: null,
      rejectedDraftTokens: null,
    };
    assert.deepEqual(await lines({ spent: { usage, timings: null }, contextTokens: null }), [
      'context  1,032 tokens',
      'prompt   1,011 tokens',
      'answer   21 tokens',
    ]);
    const timings = { queueSeconds: 0, prefillSeconds: 0, decodeSeconds: 10 };
    assert.deepEqual(await lines({ spent: { usage, timings } }), [
      'context  1,032 of 1,000 tokens',
      'prompt   1,011 tokens',
      'answer   21 tokens, decode 2.0 tok/s',
    ]);
    const nothing = { usage: null, timings: null };
    assert.deepEqual(await lines({ spent: nothing }), ['context  at most 1,000 tokens']);
    assert.deepEqual(await lines({ spent: nothing, contextTokens: null }), ['the server tells nothing of tokens']);
  });

  test('/help names every command; unknown ones get a hint; /exit and /quit end', () => {
    const conversation = new Conversation(source);
    for (const name of ['/think', '/system', '/reset', '/stats', '/help', '/exit', '/quit'])
      assert.ok(note(conversation, '/help').includes(name), name);
    assert.match(note(conversation, '/frobnicate now'), /there is no command \/frobnicate; \/help/);
    assert.match(note(conversation, '/toString'), /there is no command/);
    assert.match(note(conversation, '/'), /there is no command \/;/);
    assert.deepEqual(readLine('/exit', conversation), { end: true });
    assert.deepEqual(readLine('/quit', conversation), { end: true });
  });
});
