import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { defaultCacheTokens } from './cache-tokens.ts';
import { servedNames } from './served-names.ts';

const main = join(import.meta.dirname, '../main.ts');
let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lantern-serve-'));
});
after(() => rm(folder, { recursive: true, force: true }));

type Outcome = { status: number | null; error: string };

function start(args: string[], env: NodeJS.ProcessEnv = {}) {
  const child: ChildProcess = spawn(process.execPath, [main, 'serve', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let error = '';
  child.stderr!.setEncoding('utf8').on('data', (text) => {
    error += text;
  });
  const outcome = new Promise<Outcome>((resolve) => child.once('exit', (status) => resolve({ status, error })));
  const until = async (pattern: RegExp): Promise<string> => {
    for (let i = 0; i < 400 && !pattern.test(error); i++) await new Promise((resume) => setTimeout(resume, 50));
    assert.match(error, pattern);
    return /http:\/\/[\w.:[\]]+/.exec(error)![0];
  };
  return { child, outcome, until };
}

/** Runs `work` against a ready server, then has it end, which it must do with status 0. */
async function served(
  args: string[],
  work: (url: string) => Promise<void>,
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  const { child, outcome, until } = start(['--port', '0', '--log-level', 'warn', ...args], env);
  try {
    await work(await until(/ ready, /));
  } finally {
    child.kill('SIGTERM');
  }
  const { status, error } = await outcome;
  assert.equal(status, 0, error);
}

const ask = (url: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }], temperature: 0, ...body }),
  });

type Call = { function: { name: string } };
type Reply = {
  model: string;
  choices: { message: { content: string; reasoning_content?: string; tool_calls?: Call[] } }[];
  usage: { prompt_tokens_details: { cached_tokens: number } };
};

describe('lantern serve', { concurrency: 2 }, () => {
  test('a key from the command line, the file and the environment opens it, and is not told', async () => {
    const file = join(folder, 'keys');
    await writeFile(file, 'from-file\n\n');
    await served(
      ['--api-key', 'one', '--api-key-file', file, '--served-model-name', 'mine', 'other'],
      async (url) => {
        assert.equal((await ask(url, {})).status, 401);
        for (const key of ['one', 'from-file', 'from-env', 'second'])
          assert.equal((await ask(url, { max_tokens: 1 }, { authorization: `Bearer ${key}` })).status, 200, key);
        assert.equal((await ask(url, { max_tokens: 1 }, { 'x-api-key': 'one' })).status, 200);
        assert.equal((await ask(url, { model: 'qwen3.5-plus' }, { 'x-api-key': 'one' })).status, 404);
        const reply = (await (await ask(url, { model: 'other' }, { 'x-api-key': 'one' })).json()) as Reply;
        assert.equal(reply.model, 'mine');
      },
      { LANTERN_API_KEY: 'from-env, second' },
    );
  });

  test('defaults and parsers are what the options say', async () => {
    const options = ['--default-chat-template-kwargs', '{"enable_thinking": false}', '--max-num-seqs', '2'];
    await served([...options, '--max-model-len', '512', '--no-enable-prefix-caching'], async (url) => {
      const { choices } = (await (await ask(url, {})).json()) as Reply;
      assert.match(choices[0]!.message.content, /^Hello! I am/);
      assert.equal(choices[0]!.message.reasoning_content, undefined);
      const models = (await (await fetch(`${url}/v1/models`)).json()) as { data: { max_model_len: number }[] };
      assert.equal(models.data[0]!.max_model_len, 512);
    });
    await served([], async (url) => {
      const weather = { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } };
      const tools = [{ type: 'function', function: { description: 'Get the current weather for a city', ...weather } }];
      const messages = [{ role: 'user', content: 'What is the weather in Paris?' }];
      const replies: Reply[] = [];
      for (let turn = 0; turn < 2; turn++)
        replies.push((await (await ask(url, { messages, tools, temperature: 0 })).json()) as Reply);
      assert.equal(replies[0]!.choices[0]!.message.tool_calls?.[0]?.function.name, 'get_weather');
      assert.ok(replies[1]!.usage.prompt_tokens_details.cached_tokens > 0);
    });
    await served(['--reasoning-parser', 'none', '--dtype', 'float32'], async (url) => {
      const { choices } = (await (await ask(url, { enable_thinking: true })).json()) as Reply;
      assert.match(choices[0]!.message.content, /\n<\/think>\n\nHello! I am/);
    });
  });

  test('running answers finish when the server is told to end', async () => {
    const { child, outcome, until } = start(['--port', '0']);
    const url = await until(/ ready, /);
    const reply = await ask(url, { stream: true, ignore_eos: true, max_tokens: 300 });
    const reader = reply.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader.read()).value ?? '';
    child.kill('SIGINT');
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
    assert.ok(text.endsWith('data: [DONE]\n\n'));
    assert.match(text, /"finish_reason":"length"/);
    assert.equal((await outcome).status, 0);
  });

  const wrong: [string[], RegExp][] = [
    [['--host', '0.0.0.0'], /--host 0\.0\.0\.0 can be reached by others.*--api-key/],
    [['--max-model-len', '99999'], /this model handles 32768 tokens.*--rope-scaling .*"factor":3\.1/],
    [['--tensor-parallel-size', '2'], /--tensor-parallel-size is 2.*vLLM or SGLang/],
    [['--quantization', 'fp8'], /--quantization is fp8.*not quantised/],
    [['--default-chat-template-kwargs', '{'], /a JSON object is expected/],
    [['--default-chat-template-kwargs', '{"x": 1}'], /has x; only enable_thinking/],
    [['--rope-scaling', '{"rope_type":"linear"}'], /must be "yarn"/],
    [['--port', '99999'], /--port/],
    [['--tool-call-parser', 'hermes'], /Allowed choices are qwen3/],
    [['--chat-template', '/no/such/file'], /--chat-template \/no\/such\/file cannot be read: ENOENT/],
    [['--api-key-file', '/no/such/file'], /cannot be read/],
    [
      ['--allowed-media-domains', 'example.com,127.0.0.1'],
      /--allowed-media-domains: 127\.0\.0\.1 is not on the internet/,
    ],
    [
      ['--allowed-media-domains', 'https://example.com/a'],
      /"https:\/\/example\.com\/a" is no domain; write example\.com/,
    ],
    [['--allowed-media-domains', 'example.com,'], /nothing empty/],
    [['--max-files', '0'], /--max-files/],
  ];
  for (const [args, message] of wrong)
    test(`refused: ${args.join(' ')}`, async () => {
      const { status, error } = await start(args).outcome;
      assert.equal(status, 2, error);
      assert.match(error, message);
    });

  test('a place that cannot keep files is told, and is no fault of the program', async () => {
    const { status, error } = await start(['--port', '0', '--files-dir', main]).outcome;
    assert.equal(status, 1, error);
    assert.match(error, /main\.ts cannot keep files: EEXIST.*\n {2}choose another folder/);
  });

  test('files are kept where the options say, as many and as large as they say', async () => {
    const files = join(folder, 'files');
    const options = ['--files-dir', files, '--max-files', '1', '--max-file-bytes', '5', '--max-file-days', '1'];
    const upload = async (url: string, content: string) => {
      const form = new FormData();
      form.append('purpose', 'vision');
      form.append('file', new Blob([content]), 'a.png');
      const reply = await fetch(`${url}/v1/files`, { method: 'POST', body: form });
      return {
        status: reply.status,
        file: (await reply.json()) as { id: string; created_at: number; expires_at: number },
      };
    };
    let id = '';
    await served(options, async (url) => {
      assert.equal((await upload(url, '123456')).status, 413);
      const { status, file } = await upload(url, '12345');
      assert.deepEqual([status, file.expires_at - file.created_at], [200, 86_400]);
      assert.equal((await upload(url, '1')).status, 413);
      id = file.id;
    });
    await served(['--files-dir', files, '--allowed-media-domains', 'example.com'], async (url) => {
      assert.equal(await (await fetch(`${url}/v1/files/${id}/content`)).text(), '12345');
      const link = (host: string) =>
        ask(url, {
          messages: [{ role: 'user', content: [{ type: 'image_url', image_url: `https://${host}/a.png` }] }],
        });
      const other = await link('example.org');
      assert.equal(other.status, 400);
      assert.match(await other.text(), /--allowed-media-domains example\.org/);
    });
  });

  test('YaRN makes room for a longer context', async () => {
    const yarn = '{"rope_type":"yarn","factor":4.0,"original_max_position_embeddings":32768}';
    await served(['--max-model-len', '100000', '--rope-scaling', yarn], async (url) => {
      assert.equal((await ask(url, { max_tokens: 2 })).status, 200);
    });
  });
});

test('a model is called by its file, its folder or its hub name, and by the vendor’s', () => {
  const vendors = ['qwen3.5-plus', 'qwen3.5-flash'];
  assert.deepEqual(servedNames(undefined, '/x/tiny', undefined), ['lantern-tiny', ...vendors]);
  assert.deepEqual(servedNames('./models/Qwen3.5-4B', '/x/models/Qwen3.5-4B', undefined), ['Qwen3.5-4B', ...vendors]);
  assert.deepEqual(servedNames('a.gguf', '/x/Qwen3.5-Q4_0.gguf', undefined), ['Qwen3.5-Q4_0', ...vendors]);
  assert.deepEqual(servedNames('me/model', '/hub/snapshots/abc', undefined), ['me/model', ...vendors]);
  assert.deepEqual(servedNames('me/model', '/x', ['a', 'b', 'a']), ['a', 'b']);
});

test('the cache holds a context, and a usual answer for everybody where memory allows', () => {
  const config = {
    layerTypes: ['full_attention', 'linear_attention'],
    attention: { numHeads: 4, numKeyValueHeads: 2, headDim: 64 },
  } as unknown as Parameters<typeof defaultCacheTokens>[0];
  assert.equal(defaultCacheTokens(config, 4096, 64, 2 ** 40), 64 * 2048);
  assert.equal(defaultCacheTokens(config, 300_000, 64, 2 ** 40), 300_000);
  assert.equal(defaultCacheTokens(config, 4096, 64, 2 ** 20), 4096);
});
