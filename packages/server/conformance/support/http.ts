import assert from 'node:assert/strict';
import { type ErrorCode, errorBody, errorCodes } from '@lantern/api';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { checked } from './check-schema.ts';

export type Target = { url: string };

export type PostOptions = { path?: string; headers?: Record<string, string>; signal?: AbortSignal };

export const CHAT = '/v1/chat/completions';

/** Posts a body as JSON; a string goes as it is. */
export function post(
  { url }: Target,
  body: unknown,
  { path = CHAT, headers = {}, signal }: PostOptions = {},
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal && { signal }),
  });
}

/** Whether a path takes a POST at all. */
export async function hasRoute(target: Target, path: string): Promise<boolean> {
  const { status } = await post(target, {}, { path });
  return status !== 404 && status !== 405;
}

/** The events of a stream as they come, read by a parser that is not ours. */
export async function* eventsOf(response: Response): AsyncGenerator<EventSourceMessage, void> {
  assert.ok(response.body);
  const ready: EventSourceMessage[] = [];
  const parser = createParser({
    onEvent: (event) => ready.push(event),
    onError: (error) => assert.fail(`not an event stream: ${error.message}`),
  });
  const decoder = new TextDecoder();
  for await (const bytes of response.body) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    yield* ready.splice(0);
  }
}

/** Reads an error, checks its form, and that status and type are those of its code. Gives its message and param. */
export async function readError(
  response: Response,
  code: ErrorCode,
): Promise<{ message: string; param: string | null }> {
  const text = await response.text();
  const { error } = checked(errorBody, JSON.parse(text));
  assert.equal(error.code, code, text);
  assert.equal(response.status, errorCodes[code].status, text);
  assert.equal(error.type, errorCodes[code].type);
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
  assert.ok(response.headers.get('x-request-id'), 'no x-request-id');
  assert.match(error.message, /\S/);
  assert.doesNotMatch(error.message, /\n|node_modules|\bat \S+:\d+/);
  return { message: error.message, param: error.param ?? null };
}
