import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { type ErrorCode, errorCodes, makeErrorBody } from '@lantern/api';
import type { Target } from './http.ts';

export type FlakyProxy = Target & {
  /** Requests that came, refused ones included. */
  readonly requests: number;
  /** The next requests fail with these. */
  fail(codes: readonly ErrorCode[]): void;
  close(): Promise<void>;
};

/** Stands before a server and refuses what it is told to; all else goes through. */
export async function flakyProxy({ url }: Target): Promise<FlakyProxy> {
  const failures: ErrorCode[] = [];
  let requests = 0;
  const server = createServer(async (incoming, outgoing) => {
    requests++;
    const body = await new Response(Readable.toWeb(incoming) as ReadableStream).text();
    const failure = failures.shift();
    if (failure) {
      outgoing.writeHead(errorCodes[failure].status, { 'content-type': 'application/json', 'retry-after-ms': '5' });
      outgoing.end(JSON.stringify(makeErrorBody(failure, 'come again')));
      return;
    }
    const { method = 'GET', headers } = incoming;
    const answer = await fetch(`${url}${incoming.url}`, {
      method,
      headers: { 'content-type': headers['content-type'] ?? '' },
      ...(method === 'POST' && { body }),
    });
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (answer.body) Readable.fromWeb(answer.body as import('node:stream/web').ReadableStream).pipe(outgoing);
    else outgoing.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get requests() {
      return requests;
    },
    fail: (codes) => failures.splice(0, failures.length, ...codes),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
