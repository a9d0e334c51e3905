import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ChatCompletion, chatCompletion, chatCompletionChunk, unknownFields } from '@lantern/api';
import type { SearchProvider } from '../search/search-provider.ts';
import type { RunningServer } from '../start-server.ts';
import { testServer } from '../test-server.ts';
import { CallFilter } from './call-filter.ts';

const asked: string[] = [];
let fails = false;
const provider: SearchProvider = {
  name: 'stub',
  async search(query) {
    asked.push(query);
    if (fails) throw new Error('not told to clients');
    return [{ title: 'SWE-bench', url: 'https://example.com/swe', snippet: 'Qwen 3.5 solves 76 percent.' }];
  },
};

let server: RunningServer;
before(async () => {
  server = await testServer({ search: provider });
});
after(() => server.stop(0));

async function post(body: object, url = server.url): Promise<{ status: number; text: string }> {
  const reply = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ temperature: 0, enable_thinking: false, ...body }),
  });
  return { status: reply.status, text: await reply.text() };
}

const messages = [{ role: 'user', content: 'What is the latest Qwen 3.5 benchmark on SWE-bench?' }];

test('the model searches, the server does it, and the source comes back as an annotation', async () => {
  asked.length = 0;
  const { status, text } = await post({ messages, enable_search: true });
  assert.equal(status, 200, text);
  assert.deepEqual(asked, ['latest Qwen 3.5 SWE-bench benchmark']);
  const reply: unknown = JSON.parse(text);
  assert.deepEqual(unknownFields(chatCompletion, chatCompletion.parse(reply)), []);
  const { choices, usage } = reply as ChatCompletion;
  const { message, finish_reason } = choices[0]!;
  assert.equal(finish_reason, 'stop');
  assert.equal(message.tool_calls, undefined);
  assert.ok(message.content!.length > 0);
  assert.equal(message.annotations![0]!.url_citation.url, 'https://example.com/swe');
  assert.ok(usage!.prompt_tokens > 150, 'the prompt has the result in it');
});

test('a stream tells nothing of the search but its sources', async () => {
  const whole = JSON.parse((await post({ messages, enable_search: true })).text) as ChatCompletion;
  const { text } = await post({ messages, enable_search: true, stream: true });
  const events = text.trimEnd().split('\n\n').slice(0, -1);
  const choices = events.map((event) => chatCompletionChunk.parse(JSON.parse(event.slice(6))).choices[0]!);
  assert.ok(choices.every(({ delta }) => delta.tool_calls === undefined));
  assert.equal(choices.map(({ delta }) => delta.content ?? '').join(''), whole.choices[0]!.message.content);
  assert.deepEqual(choices.at(-1)!.delta.annotations, whole.choices[0]!.message.annotations);
});

test('a forced search comes first, with the question as it stands', async () => {
  asked.length = 0;
  const options = { enable_search: true, search_options: { forced_search: true } };
  const { status, text } = await post({ messages: [{ role: 'user', content: 'Hello' }], ...options });
  assert.equal(status, 200, text);
  assert.deepEqual(asked, ['Hello']);
});

test('without a provider it is refused and says what to do; options that cannot be kept are named', async () => {
  const bare = await testServer({ engine: { threads: 1 } });
  const { status, text } = await post({ messages, enable_search: true }, bare.url);
  assert.equal(status, 400);
  assert.match(text, /--search/);
  assert.match(text, /search_not_configured/);
  await bare.stop(0);
  const refused: [object, RegExp][] = [
    [{ search_options: { freshness: 7 } }, /search_options\.freshness/],
    [{ search_options: { search_strategy: 'agent' } }, /turbo and max/],
    [{ tools: [{ type: 'function', function: { name: 'search_web' } }] }, /give yours another name/],
  ];
  for (const [body, message] of refused) {
    const reply = await post({ messages, enable_search: true, ...body });
    assert.equal(reply.status, 400, reply.text);
    assert.match(reply.text, message);
  }
});

test('a provider that fails is told of, its inside is not', async () => {
  fails = true;
  const { status, text } = await post({ messages, enable_search: true });
  fails = false;
  assert.equal(status, 500);
  assert.ok(!text.includes('not told'));
});

test('hidden calls leave no gap in the others', () => {
  const filter = new CallFilter('hidden');
  const start = (index: number, name: string) => ({ type: 'tool-call-start', index, id: `${index}`, name }) as const;
  const events = [start(0, 'hidden'), start(1, 'a'), start(2, 'hidden'), start(3, 'b')];
  const told = events.map((event) => filter.told(event));
  assert.deepEqual(told, [null, { ...events[1], index: 0 }, null, { ...events[3], index: 1 }]);
  assert.equal(filter.told({ type: 'tool-call-arguments', index: 2, text: '{' }), null);
  assert.deepEqual(filter.told({ type: 'content', text: 'x' }), { type: 'content', text: 'x' });
});
