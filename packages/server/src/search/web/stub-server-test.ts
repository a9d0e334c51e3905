import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

// For tests of providers: a server on the loopback that stands for the provider's.

export type StubRequest = { method: string; url: URL; headers: IncomingMessage['headers']; body: string };

export type StubServer = {
  url: string;
  port: number;
  requests: StubRequest[];
  /** What the next requests get. */
  reply: (response: ServerResponse, request: StubRequest) => void;
  close(): Promise<void>;
};

export async function startStub(): Promise<StubServer> {
  const server = createServer(async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming.setEncoding('utf8')) body += String(chunk);
    const { method = '', url = '', headers } = incoming;
    const request = { method, url: new URL(url, stub.url), headers, body };
    stub.requests.push(request);
    stub.reply(response, request);
  });
  const stub: StubServer = {
    url: '',
    port: 0,
    requests: [],
    reply: (response) => response.end(),
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  stub.port = (server.address() as AddressInfo).port;
  stub.url = `http://127.0.0.1:${stub.port}`;
  return stub;
}

/** A reply with JSON, or with the text as it is. */
export function give(status: number, body: unknown, headers: Record<string, string> = {}): StubServer['reply'] {
  const type = typeof body === 'string' ? 'text/html; charset=utf-8' : 'application/json';
  return (response) => {
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}
