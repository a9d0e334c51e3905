import assert from 'node:assert/strict';
import {
  type ChatCompletion,
  type ChatCompletionChunk,
  type ChoiceLogprobs,
  chatCompletion,
  chatCompletionChunk,
  type TokenUsage,
} from '@lantern/api';
import { checked } from './check-schema.ts';
import { eventsOf, type PostOptions, post, type Target } from './http.ts';

export type Body = { [field: string]: unknown };

export type Call = { id: string; name: string; arguments: string };

/** One answer, put together from its pieces or taken from a reply. */
export type Answer = {
  content: string;
  reasoning: string | null;
  calls: Call[];
  finish: string | null;
  tokens: NonNullable<ChoiceLogprobs['content']>;
};

export type Streamed = {
  response: Response;
  chunks: ChatCompletionChunk[];
  answers: Answer[];
  usage: TokenUsage | null;
};

/** A request of the built-in model without surprises: greedy, no thinking. */
export function ask(question: string, fields: Body = {}): Body {
  const messages = [{ role: 'user', content: question }];
  return { model: 'qwen3.5-plus', messages, temperature: 0, enable_thinking: false, ...fields };
}

/** Asks for a whole reply, which has to keep to the schema. */
export async function reply(
  target: Target,
  body: Body,
  options: PostOptions = {},
): Promise<{ response: Response; body: ChatCompletion; answers: Answer[] }> {
  const response = await post(target, body, options);
  const text = await response.text();
  assert.equal(response.status, 200, text);
  const parsed: ChatCompletion = checked(chatCompletion, JSON.parse(text));
  parsed.choices.forEach((choice, place) => {
    assert.equal(choice.index, place);
  });
  const answers = parsed.choices.map(({ message, finish_reason: finish, logprobs }) => ({
    content: message.content ?? '',
    reasoning: message.reasoning_content ?? null,
    calls: (message.tool_calls ?? []).map(({ id, function: called }) => ({ id, ...called })),
    finish,
    tokens: logprobs?.content ?? [],
  }));
  return { response, body: parsed, answers };
}

/** Asks for a stream and holds it to the laws of streams. */
export async function stream(target: Target, body: Body, options: PostOptions = {}): Promise<Streamed> {
  const response = await post(target, { ...body, stream: true }, options);
  assert.equal(response.status, 200, response.ok ? '' : await response.text());
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.match(response.headers.get('cache-control') ?? '', /no-cache/);
  const chunks: ChatCompletionChunk[] = [];
  let isDone = false;
  for await (const { data, event } of eventsOf(response)) {
    assert.equal(isDone, false, 'an event after [DONE]');
    assert.equal(event, undefined);
    if (data === '[DONE]') isDone = true;
    else chunks.push(checked(chatCompletionChunk, JSON.parse(data)));
  }
  assert.ok(isDone, 'no [DONE]');
  const { include_usage: wantsUsage = false } = (body.stream_options ?? {}) as { include_usage?: boolean };
  return { response, chunks, ...putTogether(chunks, Number(body.n ?? 1), wantsUsage) };
}

/** The answers that chunks amount to. Fails where the chunks break a law. */
export function putTogether(
  chunks: readonly ChatCompletionChunk[],
  count: number,
  wantsUsage: boolean,
): { answers: Answer[]; usage: TokenUsage | null } {
  const [first] = chunks;
  assert.ok(first, 'no chunks');
  for (const field of ['id', 'created', 'model', 'system_fingerprint'] as const)
    for (const chunk of chunks) assert.equal(chunk[field], first[field], `${field} changes within a stream`);

  const last = chunks.at(-1)!;
  const pieces = wantsUsage ? chunks.slice(0, -1) : chunks;
  if (wantsUsage) {
    assert.deepEqual(last.choices, [], 'the chunk with the usage has choices');
    assert.ok(last.usage, 'no usage in the last chunk');
    for (const { usage } of pieces) assert.equal(usage, null, 'usage on a chunk that is not the last');
  } else for (const { usage } of pieces) assert.equal(usage ?? null, null, 'usage that nobody asked for');

  const builders = Array.from({ length: count }, () => new AnswerBuilder());
  for (const chunk of pieces) {
    assert.notEqual(chunk.choices.length, 0, 'a chunk without choices that has no usage');
    for (const choice of chunk.choices) {
      const builder = builders[choice.index];
      assert.ok(builder, `an index ${choice.index} of ${count} answers`);
      builder.add(choice);
    }
  }
  return { answers: builders.map((builder) => builder.end()), usage: wantsUsage ? last.usage! : null };
}

class AnswerBuilder {
  #roles = 0;
  #content = '';
  #reasoning: string | null = null;
  #finish: string | null = null;
  readonly #calls: Call[] = [];
  readonly #tokens: NonNullable<ChoiceLogprobs['content']> = [];

  add({ delta, finish_reason: finish, logprobs }: ChatCompletionChunk['choices'][number]): void {
    assert.equal(this.#finish, null, 'a chunk of an answer that had ended');
    if (delta.role !== undefined) {
      assert.equal(delta.role, 'assistant');
      this.#roles++;
    }
    assert.equal(this.#roles, 1, 'the role has to come first, and once');
    if (delta.reasoning_content) {
      assert.equal(this.#content, '', 'thinking after the text');
      assert.equal(delta.reasoning, delta.reasoning_content);
      this.#reasoning = (this.#reasoning ?? '') + delta.reasoning_content;
    }
    this.#content += delta.content ?? '';
    for (const { index, id, function: piece } of delta.tool_calls ?? []) {
      if (index === this.#calls.length) {
        assert.ok(id, 'a call without an id');
        assert.ok(piece?.name, 'a call without a name');
        this.#calls.push({ id, name: piece.name, arguments: '' });
      } else {
        assert.equal(index, this.#calls.length - 1, 'pieces of calls out of order');
        assert.ok(!id && !piece?.name, 'id or name twice');
      }
      this.#calls.at(-1)!.arguments += piece?.arguments ?? '';
    }
    this.#tokens.push(...(logprobs?.content ?? []));
    this.#finish = finish;
  }

  end(): Answer {
    assert.equal(this.#roles, 1, 'an answer without a role');
    assert.ok(this.#finish, 'an answer without a finish');
    if (this.#finish !== 'length') for (const call of this.#calls) JSON.parse(call.arguments);
    return {
      content: this.#content,
      reasoning: this.#reasoning,
      calls: this.#calls,
      finish: this.#finish,
      tokens: this.#tokens,
    };
  }
}

/** What of an answer is the same however it is sent: ids of calls are drawn anew. */
export function sameness({ content, reasoning, calls, finish }: Answer): Body {
  return { content, reasoning, calls: calls.map(({ name, arguments: text }) => ({ name, text })), finish };
}
