import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type OpenAI from 'openai';
import type { RunningServer } from '../src/start-server.ts';
import { testServer } from '../src/test-server.ts';
import * as examples from './support/examples.ts';
import { type FlakyProxy, flakyProxy } from './support/flaky-proxy.ts';
import { untilIdle, untilRunning } from './support/idle.ts';

type Library = typeof import('openai');
type Params = OpenAI.ChatCompletionCreateParamsNonStreaming;
type StreamParams = OpenAI.ChatCompletionCreateParamsStreaming;
type Reply = OpenAI.ChatCompletion;
type Message = OpenAI.ChatCompletionMessageParam;

/** Fields of Qwen's that the library's types do not have. */
type Thought = { reasoning_content?: string | null };

const model = 'qwen3.5-plus';
const noThinking = { enable_thinking: false };

/** What programs written with `openai` for Node do, under one version of it. */
export function openaiSuite(name: string, library: Library): void {
  const { OpenAI, APIError, AuthenticationError, BadRequestError, NotFoundError, RateLimitError } = library;

  test(name, async (t) => {
    let server: RunningServer;
    let client: OpenAI;
    const create = (params: object) =>
      client.chat.completions.create({ model, ...params } as Params) as Promise<
        Reply & { _request_id?: string | null }
      >;
    const createStream = (params: object) =>
      client.chat.completions.create({ model, ...params, stream: true } as StreamParams);
    const user = (content: string): Message[] => [{ role: 'user', content }];

    before(async () => {
      server = await testServer();
      client = new OpenAI({ apiKey: 'none', baseURL: `${server.url}/compatible-mode/v1` });
    });
    after(() => server.stop(0));

    await t.test("the vendor's example of a text", async () => {
      const completion = await create({
        messages: user('Write a production-ready FastAPI endpoint that calls Qwen 3.5 for code review'),
        temperature: 0.3,
        max_tokens: 4096,
        enable_thinking: true,
      });
      const { message, finish_reason: finish } = completion.choices[0]!;
      assert.match(message.content ?? '', /FastAPI/);
      assert.match((message as Thought).reasoning_content ?? '', /\S/);
      assert.equal(finish, 'stop');
      assert.ok(completion.usage!.completion_tokens > 50);
      assert.match(completion._request_id ?? '', /\S/);
    });

    await t.test("the vendor's example of a picture", async () => {
      const content = [
        { type: 'image_url', image_url: { url: examples.pngUrl } },
        { type: 'text', text: 'What is in this picture?' },
      ];
      const { choices, usage } = await create({ messages: [{ role: 'user', content }] });
      assert.match(choices[0]!.message.content ?? '', /\S/);
      assert.equal((usage!.prompt_tokens_details as { image_tokens?: number }).image_tokens, 4);
      const none = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,SGVsbG8=' } }];
      await assert.rejects(create({ messages: [{ role: 'user', content: none }] }), (error) => {
        assert.ok(error instanceof BadRequestError);
        assert.equal(error.code, 'invalid_media');
        assert.equal(error.param, 'messages[0].content[0].image_url.url');
        return true;
      });
    });

    await t.test("the vendor's example of an invoice", async () => {
      const { url, question, items } = examples.invoice;
      const content = [
        { type: 'image_url', image_url: { url } },
        { type: 'text', text: question },
      ];
      const { choices } = await create({ messages: [{ role: 'user', content }], temperature: 0, ...noThinking });
      assert.deepEqual(JSON.parse(choices[0]!.message.content!), items);
    });

    await t.test("the vendor's example of tools, and the result sent back", async () => {
      const tools = [examples.searchWeb];
      const messages = user(examples.benchmark.question);
      const asked = await create({ messages, tools, tool_choice: 'auto', temperature: 0 });
      const { message, finish_reason: finish } = asked.choices[0]!;
      assert.equal(finish, 'tool_calls');
      assert.equal(message.tool_calls?.length, 1);
      const [call] = message.tool_calls!;
      assert.ok(call?.type === 'function');
      assert.equal(call.function.name, 'search_web');
      assert.deepEqual(JSON.parse(call.function.arguments), { query: examples.benchmark.query });

      messages.push(message, { role: 'tool', tool_call_id: call.id, content: 'Qwen 3.5 scores 76.4 on SWE-bench.' });
      const answered = await create({ messages, tools, tool_choice: 'auto', temperature: 0 });
      assert.equal(answered.choices[0]?.finish_reason, 'stop');
      assert.match(answered.choices[0]?.message.content ?? '', /76\.4/);
    });

    await t.test('retries', async (t) => {
      let proxy: FlakyProxy;
      before(async () => {
        proxy = await flakyProxy(server);
      });
      after(() => proxy.close());
      const question = { model, messages: user(examples.capital.question), temperature: 0, ...noThinking } as Params;

      await t.test("the vendor's loop with exponential backoff", async () => {
        const once = new OpenAI({ apiKey: 'none', baseURL: `${proxy.url}/v1`, maxRetries: 0 });
        proxy.fail(['rate_limit_exceeded', 'overloaded', 'rate_limit_exceeded']);
        const seen: (number | undefined)[] = [];
        const callWithRetry = async (most: number): Promise<Reply> => {
          for (let attempt = 0; ; attempt++)
            try {
              return await once.chat.completions.create(question);
            } catch (error) {
              if (!(error instanceof APIError) || attempt + 1 >= most) throw error;
              seen.push(error.status);
              await sleep(20 * 2 ** attempt);
            }
        };
        assert.equal((await callWithRetry(5)).choices[0]?.message.content, examples.capital.answer);
        assert.deepEqual(seen, [429, 503, 429]);
      });

      await t.test("the library's own", async () => {
        const stubborn = new OpenAI({ apiKey: 'none', baseURL: `${proxy.url}/v1` });
        proxy.fail(['overloaded', 'rate_limit_exceeded']);
        const completion = await stubborn.chat.completions.create(question);
        assert.equal(completion.choices[0]?.message.content, examples.capital.answer);
        proxy.fail(['invalid_request', 'overloaded']);
        await assert.rejects(stubborn.chat.completions.create(question), BadRequestError);
      });

      await t.test('against a server whose queue is full, until it is not', async (t) => {
        const small = await testServer({ maxWaiting: 0, engine: { maxSequences: 1 } });
        t.after(() => small.stop(0));
        const patient = new OpenAI({ apiKey: 'none', baseURL: `${small.url}/v1`, maxRetries: 0 });
        const busy = await patient.chat.completions.create({
          ...question,
          ...examples.endless,
          stream: true,
        } as StreamParams);
        await untilRunning(small, 1);
        await assert.rejects(patient.chat.completions.create(question), (error) => {
          assert.ok(error instanceof RateLimitError);
          assert.equal(error.code, 'rate_limit_exceeded');
          assert.ok(Number(error.headers.get('retry-after')) >= 1);
          return true;
        });
        setTimeout(() => busy.controller.abort(), 200);
        const completion = await patient.chat.completions.create(question, { maxRetries: 4 });
        assert.equal(completion.choices[0]?.message.content, examples.capital.answer);
      });
    });

    await t.test('streaming, the thinking first', async () => {
      let reasoning = '';
      let content = '';
      let finish: string | null = null;
      let usage: OpenAI.CompletionUsage | null = null;
      const params = { messages: user(examples.sum.question), temperature: 0, stream_options: { include_usage: true } };
      for await (const chunk of await createStream({ ...params, enable_thinking: true })) {
        usage = chunk.usage ?? usage;
        const [choice] = chunk.choices;
        if (!choice) continue;
        const thought = (choice.delta as Thought).reasoning_content ?? '';
        if (thought !== '') assert.equal(content, '');
        reasoning += thought;
        content += choice.delta.content ?? '';
        finish = choice.finish_reason ?? finish;
      }
      assert.equal(reasoning.trim(), examples.sum.reasoning);
      assert.equal(content, examples.sum.answer);
      assert.equal(finish, 'stop');
      assert.ok(usage!.completion_tokens_details!.reasoning_tokens! > 10);
      assert.equal(usage!.total_tokens, usage!.prompt_tokens + usage!.completion_tokens);
    });

    await t.test('the helper that gathers a stream', async () => {
      const gathered = client.chat.completions.stream({
        model,
        messages: user(examples.weather.question),
        tools: [examples.getWeather],
        temperature: 0,
        ...noThinking,
      });
      const { choices } = await gathered.finalChatCompletion();
      const calls = (choices[0]?.message.tool_calls ?? []).map((call) => call.type === 'function' && call.function);
      assert.deepEqual(
        calls.map((called) => called && [called.name, JSON.parse(called.arguments)]),
        examples.weather.cities.map((city) => ['get_weather', { city }]),
      );
      assert.equal(choices[0]?.finish_reason, 'tool_calls');
    });

    await t.test('the helper that runs tools', async () => {
      const asked: string[] = [];
      const runner = client.chat.completions.runTools({
        model,
        messages: user(examples.weather.question),
        temperature: 0,
        ...noThinking,
        tools: [
          {
            type: 'function' as const,
            function: {
              ...examples.getWeather.function,
              parse: (text: string) => JSON.parse(text) as { city: string },
              function: ({ city }: { city: string }) => {
                asked.push(city);
                return JSON.stringify({ temperature: city.length, condition: 'clear' });
              },
            },
          },
        ],
      });
      assert.match((await runner.finalContent()) ?? '', /Brno.*Riyadh/s);
      assert.deepEqual(asked, examples.weather.cities);
    });

    await t.test('sixteen answers, whole and as a stream', async () => {
      const params = { messages: user(examples.story), n: 16, max_tokens: 12, temperature: 1, seed: 5, ...noThinking };
      const { choices, usage } = await create(params);
      assert.deepEqual(
        choices.map(({ index }) => index),
        Array.from({ length: 16 }, (_, i) => i),
      );
      assert.equal(usage?.completion_tokens, 16 * 12);
      const texts = Array.from({ length: 16 }, () => '');
      for await (const chunk of await createStream(params))
        for (const { index, delta } of chunk.choices) texts[index] += delta.content ?? '';
      assert.deepEqual(
        texts,
        choices.map(({ message }) => message.content),
      );
    });

    await t.test('log-probabilities, seeds and stops', async () => {
      const counted = { messages: user('Count from 1 to 50'), temperature: 0, ...noThinking };
      const { choices } = await create({ ...counted, logprobs: true, top_logprobs: 2, stop: [', 6', 'x', 'y', 'z'] });
      assert.equal(choices[0]?.message.content, '1, 2, 3, 4, 5');
      assert.equal(choices[0]?.finish_reason, 'stop');
      const tokens = choices[0]?.logprobs?.content ?? [];
      assert.ok(tokens.length > 5);
      for (const { logprob, top_logprobs: top } of tokens) assert.ok(logprob <= 0 && top.length === 2);

      const drawn = { messages: user(examples.story), max_tokens: 24, temperature: 1, seed: 77, ...noThinking };
      const texts = await Promise.all([1, 2].map(async () => (await create(drawn)).choices[0]?.message.content));
      assert.equal(texts[0], texts[1]);
      assert.notEqual((await create({ ...drawn, seed: 78 })).choices[0]?.message.content, texts[0]);
    });

    await t.test('leaving a stream ends the answer', async () => {
      const endless = { messages: user(examples.story), ...examples.endless };
      let seen = 0;
      for await (const chunk of await createStream(endless)) if (chunk.choices.length > 0 && ++seen === 5) break;
      await untilIdle(server);

      const stream = await createStream(endless);
      setTimeout(() => stream.controller.abort(), 50);
      for await (const _ of stream);
      await untilIdle(server);

      const whole = new AbortController();
      setTimeout(() => whole.abort(), 50);
      await assert.rejects(
        client.chat.completions.create({ model, ...endless } as Params, { signal: whole.signal }),
        library.APIUserAbortError,
      );
      await untilIdle(server);
    });

    await t.test('models', async () => {
      const ids: string[] = [];
      for await (const { id } of client.models.list()) ids.push(id);
      assert.deepEqual(ids, ['lantern-tiny', 'qwen3.5-plus', 'qwen3.5-flash']);
      const card = await client.models.retrieve('qwen3.5-plus');
      assert.equal(card.id, 'qwen3.5-plus');
      assert.equal((card as { root?: string }).root, 'lantern-tiny');
      await assert.rejects(client.models.retrieve('gpt-4'), NotFoundError);
    });

    await t.test('errors', async (t) => {
      const messages = user('Hello');
      await t.test('a value out of range', () =>
        assert.rejects(create({ messages, temperature: 3 }), (error) => {
          assert.ok(error instanceof BadRequestError);
          assert.deepEqual([error.status, error.code, error.param], [400, 'invalid_request', 'temperature']);
          assert.equal(error.type, 'invalid_request_error');
          assert.match(error.requestID ?? '', /\S/);
          return true;
        }),
      );
      await t.test('an unknown model', () =>
        assert.rejects(create({ messages, model: 'gpt-4' }), (error) => {
          assert.ok(error instanceof NotFoundError);
          assert.deepEqual([error.code, error.param], ['model_not_found', 'model']);
          return true;
        }),
      );
      await t.test('an unknown path', () =>
        assert.rejects(client.embeddings.create({ model, input: 'Hello' }), (error) => {
          assert.ok(error instanceof APIError);
          assert.equal(error.status, 404);
          assert.equal(error.code, 'not_found');
          return true;
        }),
      );
      await t.test('keys', async (t) => {
        const locked = await testServer({ apiKeys: ['sk-one', 'sk-two'] });
        t.after(() => locked.stop(0));
        const withKey = (apiKey: string) => new OpenAI({ apiKey, baseURL: `${locked.url}/v1` });
        const params = { model, messages, temperature: 0, ...noThinking } as Params;
        await assert.rejects(withKey('sk-three').chat.completions.create(params), (error) => {
          assert.ok(error instanceof AuthenticationError);
          assert.equal(error.code, 'invalid_api_key');
          return true;
        });
        for (const key of ['sk-one', 'sk-two']) {
          const completion = await withKey(key).chat.completions.create(params);
          assert.match(completion.choices[0]?.message.content ?? '', /Lantern/);
        }
      });
    });
  });
}
