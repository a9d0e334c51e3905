import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  anthropicErrorBody,
  chatCompletion,
  chatCompletionChunk,
  completion,
  completionChunk,
  countTokensReply,
  detokenizeReply,
  type ErrorCode,
  errorBody,
  errorCodes,
  messagesEvent,
  messagesReply,
  responseEvent,
  responseObject,
  tokenizeReply,
} from '@lantern/api';
import fc from 'fast-check';
import type { z } from 'zod';
import type { RunningServer } from '../src/start-server.ts';
import { testServer } from '../src/test-server.ts';
import { ask, reply } from './support/chat.ts';
import { checked } from './support/check-schema.ts';
import * as examples from './support/examples.ts';
import { type Fuzzed, fuzzedBody } from './support/fuzzed-body.ts';
import { CHAT, eventsOf, post } from './support/http.ts';
import { untilIdle } from './support/idle.ts';

const AT_ONCE = 25;
const BODIES = 10_000;
const HANGS_MS = 20_000;

let server: RunningServer;
before(async () => {
  server = await testServer({ engine: { contextTokens: 320 } });
});
after(() => server.stop(0));

function checkError(path: string, status: number, body: unknown): void {
  if (path.startsWith('/v1/messages')) {
    const { error } = checked(anthropicErrorBody, body);
    assert.match(error.message, /\S/);
    return;
  }
  const { error } = checked(errorBody, body);
  const known = errorCodes[error.code as ErrorCode];
  assert.ok(known, `an unknown code ${error.code}`);
  assert.equal(known.status, status);
  assert.equal(known.type, error.type);
  assert.doesNotMatch(error.message, /^\s*$|\n|node_modules|\[object Object\]|undefined/);
}

/** What a path answers with, and with which events it streams. */
const forms: { [path: string]: { reply: z.ZodType; event?: z.ZodType; last?: RegExp; mirrors?: true } } = {
  [CHAT]: { reply: chatCompletion, event: chatCompletionChunk, last: /^\[DONE\]$/ },
  '/v1/completions': { reply: completion, event: completionChunk, last: /^\[DONE\]$/ },
  '/v1/messages': { reply: messagesReply, event: messagesEvent, last: /"type":"(message_stop|error)"/ },
  '/v1/messages/count_tokens': { reply: countTokensReply },
  '/v1/responses': {
    reply: responseObject,
    event: responseEvent,
    last: /^\[DONE\]$|"type":"(response\.(completed|incomplete|failed)|error)"/,
    // Tools come back as they were sent, with fields that nobody knows.
    mirrors: true,
  },
  '/tokenize': { reply: tokenizeReply },
  '/detokenize': { reply: detokenizeReply },
};

/** Sends a body and checks what comes back, whatever it is. Gives the status. */
async function send({ path, text }: Fuzzed): Promise<number> {
  const response = await post(server, text, { path, signal: AbortSignal.timeout(HANGS_MS) });
  const { status } = response;
  const form = forms[path]!;
  const check = (schema: z.ZodType, value: unknown) => (form.mirrors ? schema.parse(value) : checked(schema, value));
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    assert.equal(status, 200);
    let last = '';
    for await (const { data } of eventsOf(response)) {
      assert.notEqual(last, '[DONE]', 'an event after [DONE]');
      last = data;
      if (data === '[DONE]') continue;
      const value = JSON.parse(data) as { error?: { code?: string } };
      assert.notEqual(value.error?.code, 'server_error', data);
      check(value.error && form.event !== messagesEvent ? errorBody : form.event!, value);
    }
    assert.match(last, form.last!);
    return status;
  }
  const body = await response.text();
  assert.ok(status === 200 || (status >= 400 && status < 500), `status ${status}: ${body}`);
  const value: unknown = JSON.parse(body);
  if (status === 200) check(form.reply, value);
  else checkError(path, status, value);
  return status;
}

/** Sends all bodies, some at a time, and gives how they were answered and what went wrong. */
async function sendAll(bodies: readonly Fuzzed[]): Promise<{ statuses: Map<number, number>; failures: string[] }> {
  const statuses = new Map<number, number>();
  const failures: string[] = [];
  const queue = bodies.values();
  const work = async () => {
    for (const body of queue)
      try {
        const status = await send(body);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      } catch (error) {
        const { message, cause } = error as Error;
        const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
        failures.push(`${body.path} ${shortened(body.text)}\n  ${shortened(reason)}`);
      }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { statuses, failures };
}

function shortened(text: string): string {
  return text.length <= 600 ? text : `${text.slice(0, 400)} … ${text.slice(-150)}`;
}

test(`${BODIES} bodies that may be wrong`, { timeout: 240_000 }, async (t) => {
  const began = performance.now();
  const { statuses, failures } = await sendAll(fc.sample(fuzzedBody, { seed: 20_260_216, numRuns: BODIES }));
  const told = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`);
  t.diagnostic(`${told.join(', ')} in ${Math.round((performance.now() - began) / 1000)} s`);
  if (failures.length > 0)
    assert.fail(`${failures.length} bodies were answered badly, such as\n${failures.slice(0, 12).join('\n')}`);
  assert.ok((statuses.get(200) ?? 0) > BODIES / 20, 'hardly a body was right, so little was tried');
  await untilIdle(server);
  const { answers } = await reply(server, ask(examples.capital.question));
  assert.equal(answers[0]?.content, examples.capital.answer, 'it still answers as before');
});
