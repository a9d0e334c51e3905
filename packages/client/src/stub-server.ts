import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type StubRequest = { method: string; path: string; headers: IncomingMessage['headers']; body: unknown };
export type StubAnswer = (response: ServerResponse, request: StubRequest) => unknown;

export type StubServer = AsyncDisposable & {
  url: string;
  /** What was asked, in order. */
  asked: StubRequest[];
  /** Resolves when a client has gone away before its reply was whole. */
  left: Promise<void>;
};

/** For tests: a server at a free port of loopback that gives these answers in turn, and the last one for ever. */
export async function stubServer(...answers: StubAnswer[]): Promise<StubServer> {
  const asked: StubRequest[] = [];
  const { promise: left, resolve: onLeave } = Promise.withResolvers<void>();
  const server = createServer(async (incoming, response) => {
    const sent = await text(incoming).catch(() => '');
    const request: StubRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: sent === '' ? null : JSON.parse(sent),
    };
    response.once('close', () => response.writableFinished || onLeave());
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(request);
    await answer?.(response, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    left,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A reply with this status and JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): StubAnswer {
  return (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A stream of these texts or bytes, each sent by itself; then the reply ends. */
export function pieces(...parts: (string | Uint8Array)[]): StubAnswer {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const part of parts) {
      response.write(part);
      await new Promise((resume) => setTimeout(resume, 2));
    }
    response.end();
  };
}

/** A stream of chunks, then `[DONE]`. */
export function chunks(...list: object[]): StubAnswer {
  return pieces(...list.map(event), 'data: [DONE]\n\n');
}

export function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** A chunk with one piece of one answer. */
export function piece(delta: object, finish_reason: string | null = null, index: number = 0): object {
  return { id: 'chatcmpl-1', model: 'stub', choices: [{ index, delta, finish_reason }] };
}

/** An answer that says this. */
export function says(content: string): StubAnswer {
  return chunks(piece({ role: 'assistant', content: '' }), piece({ content }), piece({}, 'stop'));
}
