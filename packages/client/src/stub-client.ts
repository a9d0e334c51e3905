import assert from 'node:assert/strict';
import type { ChatRequest, ChatResult } from './chat-types.ts';
import { ClientError } from './client-error.ts';
import { LanternClient, type LanternClientOptions } from './lantern-client.ts';
import { type StubAnswer, type StubServer, stubServer } from './stub-server.ts';

export const request: ChatRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };
export const done = 'data: [DONE]\n\n';

type ClientOptions = Omit<LanternClientOptions, 'baseUrl'>;

/** Runs `work` with a client of a server that gives these answers in turn. */
export async function withStub(
  answers: StubAnswer[],
  work: (client: LanternClient, server: StubServer) => Promise<void>,
  options: ClientOptions = {},
): Promise<void> {
  await using server = await stubServer(...answers);
  await work(new LanternClient({ baseUrl: server.url, ...options }), server);
}

/** What a client makes of one answer. */
export async function resultOf(answer: StubAnswer, options: ClientOptions = {}): Promise<ChatResult> {
  await using server = await stubServer(answer);
  return await new LanternClient({ baseUrl: server.url, ...options }).chat(request).result;
}

/** The answer fails with a ClientError that has these fields and whose message matches. */
export async function assertFails(
  answer: StubAnswer,
  message: RegExp,
  fields: Partial<ClientError>,
  options?: ClientOptions,
): Promise<void> {
  await assert.rejects(resultOf(answer, options), (error: unknown) => {
    assert.ok(error instanceof ClientError, String(error));
    assert.match(error.message, message);
    for (const [name, value] of Object.entries(fields)) assert.equal(error[name as keyof ClientError], value, name);
    return true;
  });
}
