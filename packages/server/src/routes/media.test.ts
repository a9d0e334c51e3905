import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import Anthropic from '@anthropic-ai/sdk';
import { type ErrorBody, errorBody } from '@lantern/api';
import OpenAI, { toFile } from 'openai';
import { AllowedDomains } from '../media/allowed-domains.ts';
import { checked } from '../responses/response-test.ts';
import type { RunningServer, StartOptions } from '../start-server.ts';
import { testServer } from '../test-server.ts';

const fixtures = fileURLToPath(new URL('../../../engine/fixtures/moe-vision-r2/', import.meta.url));
const fixture = (name: string) => readFileSync(`${fixtures}${name}.png`);
const dataUrl = (bytes: Uint8Array) => `data:image/png;base64,${bytes.toBase64()}`;
const [first, second] = [fixture('first'), fixture('second')];
const frames = ['frame00', 'frame01', 'frame02', 'frame03'].map((name) => dataUrl(fixture(name)));

/** Pictures of other people; it counts who comes. */
let visits = 0;
let hangs = false;
const site = createServer(({ url }, response) => {
  visits++;
  if (!hangs) response.writeHead(200, { 'content-type': 'image/png' }).end(url === '/second.png' ? second : first);
});
let origin = '';
let server: RunningServer;
let blind: RunningServer;

/** A server that may fetch from `site`, as if that were on the internet. */
function start(options: Partial<StartOptions> = {}): Promise<RunningServer> {
  return testServer({
    engine: { threads: 1 },
    allowedMediaDomains: new AllowedDomains([origin]),
    linkRules: {
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
      admits: (address) => address === '127.0.0.1',
    },
    ...options,
  });
}

before(async () => {
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  origin = `http://media.example:${(site.address() as AddressInfo).port}`;
  [server, blind] = await Promise.all([start(), start()]);
  Object.defineProperty((await blind.loaded).engine.runner, 'vision', { value: null });
});
after(async () => {
  site.closeAllConnections();
  site.close();
  await Promise.all([server.stop(0), blind.stop(0)]);
});

type Body = { readonly [field: string]: unknown };
const post = (path: string, body: Body, to = server, signal?: AbortSignal) =>
  fetch(`${to.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });

const chat = { temperature: 0, max_tokens: 4, enable_thinking: false };
const user = (...content: unknown[]) => ({ ...chat, messages: [{ role: 'user', content }] });
const picture = (url: string, more: object = {}) => ({ type: 'image_url', image_url: { url, ...more } });
const text = { type: 'text', text: 'What is it?' };

type Answer = {
  choices: { message: { content: string } }[];
  usage: { prompt_tokens: number; prompt_tokens_details: { image_tokens: number; video_tokens: number } };
};

async function answer(body: Body): Promise<Answer> {
  const reply = await post('/v1/chat/completions', body);
  assert.equal(reply.status, 200, await reply.clone().text());
  return (await reply.json()) as Answer;
}

async function refusal(path: string, body: Body, to = server): Promise<[number, ErrorBody['error']]> {
  const reply = await post(path, body, to);
  return [reply.status, checked(errorBody, await reply.json()).error];
}

describe('pictures and videos', () => {
  test('the same picture in any form is the same prompt', async () => {
    const openai = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
    const { id } = await openai.files.create({ file: await toFile(first, 'a.png'), purpose: 'vision' });
    const forms = [
      picture(dataUrl(first)),
      { type: 'image_url', image_url: dataUrl(first) },
      picture(`${origin}/first.png`),
      picture(id),
      { type: 'file', file: { file_id: id } },
      { type: 'file', file: { file_data: dataUrl(first), filename: 'a.png' } },
    ];
    const answers = [];
    for (const form of forms) answers.push(await answer(user(form, text)));
    for (const { choices, usage } of answers) {
      assert.equal(choices[0]!.message.content, answers[0]!.choices[0]!.message.content);
      assert.equal(usage.prompt_tokens, answers[0]!.usage.prompt_tokens);
      assert.ok(usage.prompt_tokens_details.image_tokens > 0);
    }
    const two = await answer(user(picture(dataUrl(first)), text, picture(`${origin}/second.png`)));
    assert.ok(two.usage.prompt_tokens_details.image_tokens > answers[0]!.usage.prompt_tokens_details.image_tokens);
  });

  test('how finely to look, in either place', async () => {
    const tokens = async (body: Body) => (await answer(body)).usage.prompt_tokens_details.image_tokens;
    const usual = await tokens(user(picture(dataUrl(first))));
    const fewer = await tokens(user(picture(dataUrl(first), { max_pixels: 4096 })));
    assert.ok(fewer <= 4 && fewer < usual, `${fewer} of ${usual}`);
    assert.equal(await tokens(user({ ...picture(dataUrl(first)), max_pixels: 4096 })), fewer);
    assert.equal(
      await tokens({ ...user(picture(dataUrl(first), { max_pixels: 4096 })), vl_high_resolution_images: true }),
      usual,
    );
    assert.ok((await tokens(user(picture(dataUrl(first), { min_pixels: 200_000 })))) > usual);
  });

  test('frames are a video', async () => {
    const { usage } = await answer(user({ type: 'video', video: frames, fps: 4 }, text));
    assert.ok(usage.prompt_tokens_details.video_tokens > 0);
    assert.equal(usage.prompt_tokens_details.image_tokens, 0);
  });

  test('what a tool gives back may be a picture', async () => {
    const call = { id: 'c', type: 'function', function: { name: 'look', arguments: '{}' } };
    const messages = [
      { role: 'user', content: 'Look.' },
      { role: 'assistant', content: '', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: [picture(dataUrl(first)), text] },
    ];
    assert.ok((await answer({ ...chat, messages })).usage.prompt_tokens_details.image_tokens > 0);
  });

  test('Anthropic’s client sends pictures, also in results of tools, and counts them', async () => {
    const client = new Anthropic({ baseURL: server.url, apiKey: 'none', maxRetries: 0 });
    const image = (bytes: Buffer) =>
      ({
        type: 'image',
        source: { type: 'base64', media_type: 'image/png', data: bytes.toString('base64') },
      }) as const;
    const link = { type: 'image', source: { type: 'url', url: `${origin}/second.png` } } as const;
    const tools = [{ name: 'look', input_schema: { type: 'object' } }] as const;
    const messages: Anthropic.MessageParam[] = [
      { role: 'user', content: [image(first), { type: 'text', text: 'What?' }] },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'look', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [link] }] },
    ];
    const request = { model: 'qwen3.5-plus', messages, tools: [...tools] };
    const { input_tokens: counted } = await client.messages.countTokens(request);
    const { usage } = await client.messages.create({ ...request, max_tokens: 4 });
    assert.equal(usage.input_tokens + (usage.cache_read_input_tokens ?? 0), counted);
    const failed = { type: 'tool_result', tool_use_id: 't', content: [link], is_error: true };
    const more = [...messages.slice(0, 2), { role: 'user', content: [failed] }] as Anthropic.MessageParam[];
    assert.ok((await client.messages.countTokens({ ...request, messages: more })).input_tokens > counted);
    for (const [source, field] of [
      [{ type: 'base64', media_type: 'image/png', data: '?' }, 'data'],
      [{ type: 'url', url: 'https://example.com/a.png' }, 'url'],
      [{ type: 'file', file_id: 'file-x' }, 'file_id'],
    ] as const) {
      for (const is_error of [false, true]) {
        const result = { type: 'tool_result', tool_use_id: 't', content: [{ type: 'image', source }], is_error };
        const reply = await post('/v1/messages', {
          ...request,
          max_tokens: 4,
          messages: [...messages.slice(0, 2), { role: 'user', content: [result] }],
        });
        const { error } = (await reply.json()) as { error: { message: string } };
        assert.equal(reply.status, field === 'file_id' ? 404 : 400);
        if (field !== 'file_id')
          assert.match(
            error.message,
            new RegExp(`^messages\\[2\\]\\.content\\[0\\]\\.content\\[0\\]\\.source\\.${field} `),
          );
      }
    }
  });

  test('responses take pictures, remember them and take them from functions', async () => {
    const openai = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
    const { id } = await openai.files.create({ file: await toFile(second, 'b.png'), purpose: 'vision' });
    const settings = { model: 'qwen3.5-plus', temperature: 0, max_output_tokens: 16 };
    const one = await openai.responses.create({
      ...settings,
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'What?' },
            { type: 'input_image', image_url: dataUrl(first), detail: 'auto' },
          ],
        },
      ],
    });
    const next = await openai.responses.create({ ...settings, previous_response_id: one.id, input: 'And now?' });
    assert.ok(next.usage!.input_tokens > one.usage!.input_tokens);
    const image = { type: 'input_image', file_id: id, detail: 'low' } as const;
    const call = { type: 'function_call', call_id: 'c', name: 'look', arguments: '{}' } as const;
    const withFile = (output: OpenAI.Responses.ResponseInputItem.FunctionCallOutput['output']) =>
      openai.responses.create({
        ...settings,
        input: [{ role: 'user', content: 'Look' }, call, { type: 'function_call_output', call_id: 'c', output }],
      });
    const [plain, seen] = [await withFile(''), await withFile([image])];
    assert.ok(seen.usage!.input_tokens > plain.usage!.input_tokens);
    await openai.files.delete(id);
    await assert.rejects(withFile([image]), {
      status: 404,
      code: 'file_not_found',
      param: 'input[2].output[0].file_id',
    });
    await assert.rejects(withFile([{ ...image, file_id: undefined, image_url: 'https://example.com/a' } as never]), {
      status: 400,
      code: 'invalid_media',
      param: 'input[2].output[0].image_url',
    });
    await assert.rejects(withFile([{ type: 'input_file', file_data: 'data:;base64,aGk=' }]), {
      code: 'unsupported_content',
      param: 'input[2].output[0].file_data',
    });
  });

  test('/tokenize counts them', async () => {
    const { messages } = user(picture(dataUrl(first)), text);
    const { count } = (await (await post('/tokenize', { messages })).json()) as { count: number };
    const { usage } = await answer({ ...user(picture(dataUrl(first)), text), enable_thinking: true });
    assert.equal(count, usage.prompt_tokens);
  });

  test('a stream begins once the pictures are there, and fails before it begins', async () => {
    const reply = await post('/v1/chat/completions', { ...user(picture(`${origin}/first.png`), text), stream: true });
    assert.equal(reply.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    assert.match(await reply.text(), /"finish_reason":"\w+".*\n\ndata: \[DONE\]\n\n$/s);
    const [status, error] = await refusal('/v1/chat/completions', {
      ...user(picture('https://example.com/x')),
      stream: true,
    });
    assert.equal(status, 400);
    assert.match(error.message, /--allowed-media-domains example\.com/);
  });

  test('what is wrong with a picture is told by its field', async () => {
    const large = `data:image/png;base64,${'A'.repeat(20 * 2 ** 20 + 4)}`;
    const cases: [part: unknown, status: number, code: string, param: string, message: RegExp][] = [
      [picture(large), 413, 'request_too_large', 'image_url.url', /20 MB.*1344×1344.*quality 85/],
      [picture('data:image/png;base64,'), 400, 'invalid_media', 'image_url.url', /is empty/],
      [picture('data:image/png;base64,SGVsbG8='), 400, 'invalid_media', 'image_url.url', /no known format/],
      [picture(dataUrl(first.subarray(0, 2000))), 400, 'invalid_media', 'image_url.url', /cannot be read/],
      [picture(`http://localhost:1/a.png`), 400, 'invalid_media', 'image_url.url', /does not fetch/],
      [picture('file-0'), 404, 'file_not_found', 'image_url.url', /no file "file-0"/],
      [{ type: 'video', video: [...frames.slice(1), dataUrl(first)] }, 400, 'invalid_media', '', /one size/],
    ];
    for (const [part, status, code, param, message] of cases) {
      const [got, error] = await refusal('/v1/chat/completions', user(text, part));
      assert.deepEqual([got, error.code, error.param], [status, code, `messages[0].content[1]${param && `.${param}`}`]);
      assert.match(error.message, message);
    }
  });

  test('a model without a tower says so, and nothing is fetched', async () => {
    const before = visits;
    const body = user(text, picture(`${origin}/first.png`));
    for (const path of ['/v1/chat/completions', '/tokenize']) {
      const [status, error] = await refusal(path, body, blind);
      assert.deepEqual([status, error.code, error.param], [400, 'unsupported_content', 'messages[0].content[1]']);
      assert.match(error.message, /reads text only, load a checkpoint with a vision tower or add one with --mmproj/);
    }
    const image = { type: 'input_image', image_url: `${origin}/first.png` };
    const [, error] = await refusal('/v1/responses', { input: [{ role: 'user', content: [image] }] }, blind);
    assert.equal(error.param, 'input[0].content[0]');
    assert.equal(visits, before);
    const modalities = async (url: string) =>
      (
        (await (await fetch(`${url}/v1/models/qwen3.5-plus`)).json()) as {
          architecture: { input_modalities: string[] };
        }
      ).architecture.input_modalities;
    assert.deepEqual(await modalities(blind.url), ['text']);
    assert.deepEqual(await modalities(server.url), ['text', 'image', 'video']);
  });

  test('a client that goes away is not waited for', async () => {
    hangs = true;
    try {
      const before = visits;
      const client = new AbortController();
      const body = user(picture(`${origin}/first.png`));
      const reply = post('/v1/chat/completions', body, server, client.signal);
      for (let i = 0; i < 200 && visits === before; i++) await new Promise((resolve) => setTimeout(resolve, 10));
      const connections = () => new Promise<number>((resolve) => site.getConnections((_, count) => resolve(count)));
      assert.equal(await connections(), 1);
      client.abort();
      await assert.rejects(reply);
      for (let i = 0; i < 200 && (await connections()) > 0; i++)
        await new Promise((resolve) => setTimeout(resolve, 10));
      assert.equal(await connections(), 0);
    } finally {
      hangs = false;
    }
  });
});
