import assert from 'node:assert/strict';
import {
  decodeSse,
  type ResponseEvent,
  type ResponseObject,
  responseEvent,
  responseObject,
  unknownFields,
} from '@lantern/api';
import type { z } from 'zod';

/** For tests: the function of a weather service. */
export const getWeather = {
  type: 'function',
  name: 'get_weather',
  description: 'Get the current weather for a city',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string', description: 'City name' } },
    required: ['city'],
  },
} as const;

/** For tests: a response of the model `tiny` with no output, and what is given. */
export function emptyResponse(fields: Pick<ResponseObject, 'id' | 'status'> & Partial<ResponseObject>): ResponseObject {
  return {
    object: 'response',
    created_at: 0,
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model: 'tiny',
    output: [],
    parallel_tool_calls: true,
    temperature: 1,
    top_p: 1,
    tool_choice: 'auto',
    tools: [],
    ...fields,
  };
}

export type Body = { readonly [field: string]: unknown };

/** For tests: the value as the schema has it, with no field that it does not describe. */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.parse(value);
  assert.deepEqual(unknownFields(schema, value), []);
  return parsed;
}

/** For tests: asks a server for responses and checks what comes. */
export class ResponseTester {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  post(body: unknown): Promise<Response> {
    return fetch(`${this.#url}/v1/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  async create(body: Body): Promise<ResponseObject> {
    const reply = await this.post({ temperature: 0, enable_thinking: false, ...body });
    const json: unknown = await reply.json();
    assert.equal(reply.status, 200, JSON.stringify(json));
    return checked(responseObject, json);
  }

  async stream(body: Body): Promise<ResponseEvent[]> {
    const reply = await this.post({ temperature: 0, enable_thinking: false, ...body, stream: true });
    assert.equal(reply.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    const events: ResponseEvent[] = [];
    for await (const { event, data } of decodeSse(reply.body!)) {
      const parsed = checked(responseEvent, JSON.parse(data));
      assert.equal(event, parsed.type);
      assert.equal(parsed.sequence_number, events.length);
      events.push(parsed);
    }
    return events;
  }

  async get(path: string, init: RequestInit = {}): Promise<{ status: number; json: unknown }> {
    const reply = await fetch(`${this.#url}/v1/responses/${path}`, init);
    return { status: reply.status, json: await reply.json() };
  }
}

/** For tests: the response without what differs from call to call. */
export function sameness(response: ResponseObject): unknown {
  const { created_at: _, completed_at: __, timings: ___, usage, ...rest } = response;
  const counts = { ...usage, input_tokens_details: null };
  return JSON.parse(
    JSON.stringify({ ...rest, usage: counts }).replaceAll(/(?<=[a-z])_[0-9a-f]{32}|call_[a-z2-7]{24}/g, '_ID'),
  );
}

/** For tests: the text of all messages. */
export function textOf({ output }: ResponseObject): string {
  return output
    .flatMap((item) => (item.type === 'message' ? item.content : []))
    .map((part) => (part.type === 'output_text' ? part.text : ''))
    .join('');
}
