import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Annotation, type ResponseObject, responseEvent, responseObject } from '@lantern/api';
import type { ChatResult } from '@lantern/engine';
import pino from 'pino';
import type { BegunChat } from '../chat/begin-chat.ts';
import type { ServedEnd, ServedEvent } from '../chat/run-chat.ts';
import { ApiError } from '../http/api-error.ts';
import type { ServerContext } from '../server-context.ts';
import { ResponseBuilder } from './response-builder.ts';
import { ResponseStore } from './response-store.ts';
import { checked, emptyResponse } from './response-test.ts';
import { type BegunResponse, failure, runResponse } from './run-response.ts';

const head = emptyResponse({ id: 'resp_abc', status: 'in_progress', store: true });

function result(content: string): ChatResult {
  return {
    message: { role: 'assistant', content },
    content,
    reasoning: null,
    toolCalls: [],
    finishReason: 'stop',
    stopReason: null,
    usage: {
      promptTokens: 5,
      imageTokens: 0,
      videoTokens: 0,
      cachedTokens: 2,
      completionTokens: 3,
      reasoningTokens: 0,
      acceptedDraftTokens: 0,
      rejectedDraftTokens: 0,
    },
    timings: { queueSeconds: 0, prefillSeconds: 0, decodeSeconds: 0 },
  };
}

function end(content: string, annotations: Annotation[] = []): ServedEnd {
  return { type: 'end', result: result(content), annotations, keepsSchema: null };
}

function serverWith(responses: ResponseStore): ServerContext {
  return { responses, log: pino({ level: 'silent' }) } as unknown as ServerContext;
}

/** A response whose answer says what it is given, and fails with the last where that is an error. */
function begun(events: readonly (ServedEvent | Error)[]): BegunResponse {
  const answer = (async function* () {
    for (const event of events) {
      if (event instanceof Error) throw event;
      yield event;
    }
  })();
  return {
    chat: { answers: [answer], ended: () => undefined } as unknown as BegunChat,
    conversation: { history: [], input: [{ role: 'user', content: 'x', id: 'msg_abc_in0' }] },
    builder: new ResponseBuilder({ head, key: 'abc', tokenizer: null, encodesReasoning: false }),
  };
}

async function last(server: ServerContext, events: readonly ServedEvent[]): Promise<ResponseObject> {
  const all = await Array.fromAsync(runResponse(server, begun(events)));
  const event = all.at(-1);
  assert.ok(event && 'response' in event);
  return checked(responseObject, event.response);
}

test('texts, thoughts and calls in any order are items of their own', async () => {
  const server = serverWith(new ResponseStore());
  const call = { id: 'call_a', name: 'f', arguments: '{}' };
  const { output } = await last(server, [
    { type: 'reasoning', text: 'Hm' },
    { type: 'content', text: 'One' },
    { type: 'tool-call-start', index: 0, id: 'call_a', name: 'f' },
    { type: 'tool-call-arguments', index: 0, text: '{}' },
    { type: 'tool-call-end', index: 0, call },
    { type: 'content', text: 'Two' },
    end('OneTwo'),
  ]);
  assert.deepEqual(
    output.map(({ type, id }) => [type, id]),
    [
      ['reasoning', 'rs_abc_0'],
      ['message', 'msg_abc_1'],
      ['function_call', 'fc_abc_2'],
      ['message', 'msg_abc_3'],
    ],
  );
});

test('an answer of which nothing came is an empty text', async () => {
  const server = serverWith(new ResponseStore());
  const empty = { type: 'output_text', text: '', annotations: [], logprobs: [] };
  for (const events of [[], [{ type: 'reasoning' as const, text: 'Hm' }]]) {
    const { output } = await last(server, [...events, end('')]);
    const message = output.at(-1);
    assert.deepEqual(message?.type === 'message' && message.content, [empty]);
  }
});

test('sources are put to the text that cites them', async () => {
  const server = serverWith(new ResponseStore());
  const annotation = (start: number, until: number) => ({
    type: 'url_citation' as const,
    url_citation: { url: 'https://example.com/', title: 'T', start_index: start, end_index: until },
  });
  const events: ServedEvent[] = [
    { type: 'content', text: 'First. ' },
    { type: 'reasoning', text: 'Hm' },
    { type: 'content', text: 'Then [1].' },
    end('First. Then [1].', [annotation(0, 3), annotation(12, 15)]),
  ];
  const { output } = await last(server, events);
  const message = output.at(-1);
  assert.deepEqual(
    message?.type === 'message' && message.content[0]?.type === 'output_text' && message.content[0].annotations,
    [{ type: 'url_citation', url: 'https://example.com/', title: 'T', start_index: 5, end_index: 8 }],
  );
  const told = await Array.fromAsync(runResponse(server, begun(events)));
  for (const event of told) checked(responseEvent, event);
  assert.equal(told.filter(({ type }) => type === 'response.output_text.annotation.added').length, 1);
});

test('an answer that fails ends in a failed response, with what came of it', async () => {
  const server = serverWith(new ResponseStore());
  const response = begun([
    { type: 'content', text: 'One' },
    new ApiError('shutting_down', 'the server is about to end'),
  ]);
  const events = [];
  try {
    for await (const event of runResponse(server, response)) events.push(event);
    assert.fail('it did not fail');
  } catch (error) {
    events.push(...failure(server, response, error));
  }
  for (const event of events) checked(responseEvent, event);
  const event = events.at(-1);
  assert.ok(event?.type === 'response.failed');
  assert.equal(event.sequence_number, events.length - 1);
  assert.deepEqual(event.response.error, { code: 'shutting_down', message: 'the server is about to end' });
  assert.equal(event.response.output[0]?.status, 'incomplete');
  assert.equal(event.response.store, false);
  assert.equal(server.responses.size, 0);
});

test('bugs are not told to the client', async () => {
  const server = serverWith(new ResponseStore());
  const [event] = failure(server, begun([]), new TypeError('secret'));
  assert.ok(event?.type === 'response.failed');
  assert.equal(event.response.error?.code, 'server_error');
  assert.doesNotMatch(JSON.stringify(event), /secret/);
});

test('a response that cannot be kept says so and is given all the same', async () => {
  const tooSmall = await last(serverWith(new ResponseStore({ maxBytes: 10 })), [end('One')]);
  assert.deepEqual([tooSmall.status, tooSmall.store], ['completed', false]);
  const closed = new ResponseStore();
  closed.close();
  const failed = await last(serverWith(closed), [end('One')]);
  assert.deepEqual([failed.status, failed.store], ['completed', false]);
});
