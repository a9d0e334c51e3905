import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { chunks, event, json, piece, type StubAnswer, says, stubServer } from '../../client/src/stub-server.ts';
import type { RunningServer } from '../../server/src/start-server.ts';
import { testServer } from '../../server/src/test-server.ts';
import { PseudoTerminal } from './pseudo-terminal.ts';

const main = join(import.meta.dirname, 'main.ts');
const tiny = join(import.meta.dirname, '../../../models/tiny');
const KEY = 'sk-for-this-test';
const greedy = ['--no-think', '--temperature', '0'];

type Outcome = { status: number | null; out: string; error: string };

let server: RunningServer;
let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lantern-url-'));
  server = await testServer({ apiKeys: [KEY] });
});
after(async () => {
  await server.stop(0);
  await rm(folder, { recursive: true, force: true });
});

function environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { LANTERN_API_KEY, OPENAI_API_KEY, ...rest } = process.env;
  return { ...rest, ...env };
}

function start(args: string[], env: NodeJS.ProcessEnv): { child: ChildProcess; outcome: Promise<Outcome> } {
  const child = spawn(process.execPath, [main, ...args], { stdio: 'pipe', env: environment(env) });
  let out = '';
  let error = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    error += text;
  });
  const outcome = new Promise<Outcome>((resolve) => child.once('close', (status) => resolve({ status, out, error })));
  return { child, outcome };
}

/** Runs the command to its end; the key of the test's server is in the environment. */
function lantern(args: string[], input = '', env: NodeJS.ProcessEnv = { LANTERN_API_KEY: KEY }): Promise<Outcome> {
  const { child, outcome } = start(args, env);
  child.stdin!.on('error', () => undefined).end(input);
  return outcome;
}

type RunJson = {
  model: string;
  text: string;
  reasoning: string | null;
  finish_reason: string;
  tool_calls?: { id: string; type: string; function: { name: string; arguments: string } }[];
  choices?: { index: number; text: string }[];
  usage: Record<string, number | null>;
  timings: Record<string, number | null>;
};

async function runJson(args: string[], env?: NodeJS.ProcessEnv): Promise<RunJson> {
  const { status, out, error } = await lantern(['run', '--json', '--no-stdin', ...args], '', env);
  assert.deepEqual([status, error], [0, '']);
  return JSON.parse(out) as RunJson;
}

/** Fails as promised: with status 1, a line or two that match, nothing on standard output. */
async function assertFails(args: string[], message: RegExp, input = '', env?: NodeJS.ProcessEnv): Promise<void> {
  const { status, out, error } = await lantern(args, input, env);
  assert.deepEqual([status, out], [1, ''], error);
  assert.match(error, message);
  assert.doesNotMatch(error, /^\s+at |unexpected failure/m);
  assert.ok(error.trimEnd().split('\n').length <= 2, error);
}

describe('lantern run --url', { concurrency: 2 }, () => {
  test('answers as the engine here does, thinking to standard error, with the speed of the server', async () => {
    const args = ['--temperature', '0', '--think', 'Hello'];
    const [remote, local] = await Promise.all([
      lantern(['run', '--url', server.url, ...args]),
      lantern(['run', ...args]),
    ]);
    assert.equal(remote.status, 0, remote.error);
    assert.equal(remote.out, local.out);
    const thinking = local.error.split('\n').slice(0, -2).join('\n');
    assert.ok(remote.error.startsWith(thinking), remote.error);
    assert.match(
      remote.error,
      /\n\d+ \+ \d+ tokens · prefill [\d.]+ tok\/s · decode .* · first token after [\d.]+ s\n$/,
    );
  });

  test('--json has the same shape', async () => {
    const [remote, local] = await Promise.all([
      runJson(['--url', `${server.url}/v1`, '--model', 'qwen3.5-plus', ...greedy, 'Hello']),
      runJson([...greedy, 'Hello']),
    ]);
    assert.deepEqual(Object.keys(remote), Object.keys(local));
    assert.deepEqual(
      [remote.model, remote.text, remote.reasoning, remote.finish_reason, remote.usage],
      ['qwen3.5-plus', local.text, null, 'stop', local.usage],
    );
    assert.deepEqual(Object.keys(remote.timings), Object.keys(local.timings));
    for (const [name, value] of Object.entries(remote.timings)) assert.equal(typeof value, 'number', name);
  });

  test('--tools, --n, --stop, --thinking-budget', async () => {
    type Case = { category: string; enable_thinking: boolean; tools: object[]; messages: { content: string }[] };
    const { cases } = JSON.parse(await readFile(join(tiny, 'eval.json'), 'utf8')) as { cases: Case[] };
    const { tools, messages } = cases.find((item) => item.category === 'parallel calls' && !item.enable_thinking)!;
    const path = join(folder, 'tools.json');
    await writeFile(path, JSON.stringify(tools));
    const flags = ['--url', server.url, ...greedy];
    const called = await runJson([...flags, '--tools', path, messages[0]!.content]);
    assert.equal(called.finish_reason, 'tool_calls');
    assert.deepEqual(
      called.tool_calls!.map((call) => [call.type, call.function.name, JSON.parse(call.function.arguments)]),
      ['Brno', 'Riyadh'].map((city) => ['function', 'get_weather', { city }]),
    );
    const printed = await lantern(['run', '--no-stdin', ...flags, '--tools', path, messages[0]!.content]);
    assert.equal(printed.out, 'get_weather {\n  "city": "Brno"\n}\nget_weather {\n  "city": "Riyadh"\n}\n');

    const several = await runJson([...flags, '--n', '3', '--stop', ' tiny', 'Hello']);
    assert.deepEqual(Object.keys(several), ['model', 'choices', 'usage', 'timings']);
    assert.deepEqual(
      several.choices!.map(({ index, text }) => [index, text]),
      [0, 1, 2].map((index) => [index, "Hello! I am Lantern's"]),
    );
    assert.equal(several.usage.completion_tokens! % 3, 0);

    const thought = await runJson(['--url', server.url, '--temperature', '0', '--think', 'Hello']);
    const short = await runJson([
      '--url',
      server.url,
      '--temperature',
      '0',
      '--think',
      '--thinking-budget',
      '3',
      'Hello',
    ]);
    assert.ok(short.usage.reasoning_tokens! < thought.usage.reasoning_tokens!);
  });

  test('every flag is sent, and nothing that was not given; null is what the server does not tell', async () => {
    await using stub = await stubServer(says('Hi'));
    const bare = join(folder, 'bare.json');
    await writeFile(bare, '[{"name": "f", "description": "d", "parameters": {}}]');
    const address = ['--url', `${stub.url}/api`, '--model', 'm', '--api-key', 'k'];
    const sampling = ['--temperature', '5', '--top-p', '0.5', '--top-k', '4', '--min-p', '0.1', '--seed', '7'];
    const penalties = ['--presence-penalty', '1', '--frequency-penalty', '2', '--repetition-penalty', '1.5'];
    const rest = ['--max-tokens', '9', '--stop', 'a', '--stop', 'b', '--think', '--thinking-budget', '3'];
    const given = [...sampling, ...penalties, ...rest, '--system', 'Be brief.', '--tools', bare];
    const answer = await runJson([...address, ...given, 'Hello']);
    assert.deepEqual(answer.usage, {
      prompt_tokens: null,
      completion_tokens: null,
      reasoning_tokens: null,
      accepted_prediction_tokens: null,
      rejected_prediction_tokens: null,
    });
    assert.deepEqual([answer.timings.prefill_tok_s, answer.timings.decode_tok_s], [null, null]);
    await lantern(['run', '--no-stdin', ...address, 'Hello']);
    const basis = { model: 'm', stream: true, stream_options: { include_usage: true } };
    assert.deepEqual(stub.asked[0]!.body, {
      ...basis,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
      ],
      temperature: 5,
      top_p: 0.5,
      top_k: 4,
      min_p: 0.1,
      presence_penalty: 1,
      frequency_penalty: 2,
      repetition_penalty: 1.5,
      seed: 7,
      max_tokens: 9,
      thinking_budget: 3,
      stop: ['a', 'b'],
      enable_thinking: true,
      chat_template_kwargs: { enable_thinking: true },
      tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: {} } }],
    });
    assert.deepEqual(stub.asked[1]!.body, { ...basis, messages: [{ role: 'user', content: 'Hello' }] });
    assert.equal(stub.asked.length, 2);
    for (const { headers, path } of stub.asked)
      assert.deepEqual([headers.authorization, path], ['Bearer k', '/api/chat/completions']);
  });

  test('the key also comes from the environment', async () => {
    await using stub = await stubServer(json(200, { data: [{ id: 'first' }, { id: 'second' }] }), says('Hi'));
    const cases: [NodeJS.ProcessEnv, string | undefined][] = [
      [{ LANTERN_API_KEY: 'one,two', OPENAI_API_KEY: 'other' }, 'Bearer one'],
      [{ OPENAI_API_KEY: 'other' }, 'Bearer other'],
      [{}, undefined],
    ];
    for (const [index, [env, header]] of cases.entries()) {
      const model = index === 0 ? [] : ['--model', 'm'];
      const { text } = await runJson(['--url', stub.url, ...model, 'Hello'], env);
      assert.equal(text, 'Hi');
      assert.equal(stub.asked.at(-1)!.headers.authorization, header);
    }
    assert.equal((stub.asked[1]!.body as { model: string }).model, 'first');
  });

  test('what the server refuses is told in its words; a key never', async () => {
    await assertFails(
      ['run', '--no-stdin', '--url', server.url, '--temperature', '3', 'Hello'],
      /^lantern: temperature is 3; it must be .* \(400 from http/,
    );
    await assertFails(
      ['run', '--no-stdin', '--url', server.url, '--model', 'none', 'Hello'],
      /^lantern: there is no model "none"; served are .*\n {2}check --url.*--model\n$/,
    );
    const wrong = ['run', '--no-stdin', '--url', server.url, '--api-key', 'sk-wrong', 'Hello'];
    await assertFails(wrong, /\(401 from http\S+\)\n {2}give the key .* --api-key/);
    assert.doesNotMatch((await lantern(wrong)).error, /sk-wrong/);
  });

  test('no server, no models, a page: a clear line and what helps', async () => {
    const gone = await stubServer();
    await gone[Symbol.asyncDispose]();
    const refused =
      /^lantern: cannot reach http:\/\/127\.0\.0\.1:\d+: connection refused\n {2}start a server there, .*--url\n$/;
    await assertFails(['run', '--no-stdin', '--url', gone.url, 'Hello'], refused);
    await assertFails(['chat', '--url', gone.url, '--model', 'm'], refused, 'Hello\n');
    await using empty = await stubServer(json(200, { data: [] }));
    await assertFails(['run', '--no-stdin', '--url', empty.url, 'Hello'], /lists no models; name one with --model/);
    await using page = await stubServer((response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    );
    await assertFails(
      ['run', '--no-stdin', '--url', page.url, 'Hello'],
      /sent no JSON.*\n {2}is --url where the API begins/,
    );
  });

  test('Ctrl-C ends the request with status 130', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const endless: StubAnswer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event(piece({ content: 'Once' })));
      resolve();
    };
    await using stub = await stubServer(endless);
    const { child, outcome } = start(['run', '--no-stdin', '--url', stub.url, '--model', 'm', 'Hello'], {});
    await promise;
    child.stdout!.once('data', () => child.kill('SIGINT'));
    const { status, error } = await outcome;
    assert.deepEqual([status, error], [130, '']);
    await stub.left;
  });
});

describe('lantern chat --url', { concurrency: 2 }, () => {
  test('answers line after line, as one conversation', async () => {
    const lines = ['What is the capital of New Zealand?', '/think', 'and Brazil', '/stats'];
    const flags = ['chat', '--url', server.url, '--api-key', KEY];
    const { status, out, error } = await lantern([...flags, ...greedy], lines.join('\n'));
    assert.equal(status, 0, error);
    assert.equal(out, 'The capital of New Zealand is Wellington.\nThe capital of Brazil is Brasília.\n');
    assert.match(
      error,
      /^thinking is off\ncontext {2}\d+ of 4,096 tokens\nprompt {3}\d+ tokens, [1-9]\d* of them cached, prefill .*\nanswer {3}\d+ tokens, 0 of them thinking, decode .*\n$/,
    );
  });

  test('the thinking goes back; a server that lists no models and tells no usage can be talked with', async () => {
    const thinks = chunks(piece({ reasoning: 'Hm.' }), piece({ content: 'One' }), piece({}, 'stop'));
    await using stub = await stubServer(json(404, {}), thinks, says('Two'));
    const { status, out, error } = await lantern(['chat', '--url', stub.url, '--model', 'm'], 'a\n/think\n/stats\nb\n');
    assert.equal(status, 0, error);
    assert.equal(out, 'One\nTwo\n');
    assert.equal(error, 'Hm.\nthinking is left to the server\nthe server tells nothing of tokens\n');
    assert.deepEqual((stub.asked[2]!.body as { messages: unknown }).messages, [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'One', reasoning_content: 'Hm.' },
      { role: 'user', content: 'b' },
    ]);
  });

  test('at a terminal: it says where, a failure does not end it, Ctrl-C stops an answer and the request', async () => {
    const slow: StubAnswer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event(piece({ content: 'Once upon' })));
    };
    const models = json(200, { data: [{ id: 'stub-model', max_model_len: 2048 }] });
    const full = json(400, { error: { message: 'too long', code: 'context_length_exceeded' } });
    await using stub = await stubServer(models, full, slow, chunks(piece({ content: 'Fine' }, 'length')));
    const env = { ...environment({}), XDG_STATE_HOME: folder };
    using terminal = new PseudoTerminal(process.execPath, [main, 'chat', '--url', stub.url], { env });
    await terminal.until(/stub-model at http:\S+\/v1 · context 2,048 tokens · \/help/);
    terminal.type('Hello\r');
    await terminal.until(/too long \(400 from .*\/reset forgets the conversation[^,]*> /s);
    terminal.type('Tell me\r');
    await terminal.until('Once upon');
    terminal.type('\x03');
    await terminal.until(/stopped.*> /s);
    await stub.left;
    terminal.type('And\r');
    await terminal.until(/Fine.*cut off, the longest answer of the server.*> /s);
    assert.deepEqual((stub.asked[3]!.body as { messages: unknown }).messages, [
      { role: 'user', content: 'Tell me' },
      { role: 'assistant', content: 'Once upon' },
      { role: 'user', content: 'And' },
    ]);
    terminal.type('/exit\r');
    assert.equal(await terminal.ended, 0, terminal.output);
  });
});
