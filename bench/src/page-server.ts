import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.ts': 'text/javascript',
  '.wasm': 'application/wasm',
};
/** What makes a page cross-origin isolated, without which it has no shared memory and so no threads. */
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
};
const PAGE = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>Lantern bench</title>';

export type PageServer = { origin: string; close: () => void };

/**
 * Serves an empty page at `/` and what `routes` names to loopback alone: a path that ends with a slash stands for a
 * folder, any other for one file. TypeScript loses its types on the way.
 */
export async function servePage(routes: Readonly<Record<string, string>>): Promise<PageServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost');
    const path = fileOf(decodeURIComponent(pathname), routes);
    if (pathname === '/') response.writeHead(200, { ...ISOLATION, 'content-type': 'text/html' }).end(PAGE);
    else if (path === null) response.writeHead(404, ISOLATION).end();
    else sendFile(path, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => close(server),
  };
}

/** The file that a path stands for; null where there is none. */
function fileOf(pathname: string, routes: Readonly<Record<string, string>>): string | null {
  const route = Object.keys(routes).find((key) => (key.endsWith('/') ? pathname.startsWith(key) : pathname === key));
  if (route === undefined) return null;
  const rest = normalize(pathname.slice(route.length));
  const path = route.endsWith('/') ? join(routes[route]!, rest) : routes[route]!;
  const outside = rest === '..' || rest.startsWith(`..${sep}`);
  return !outside && statSync(path, { throwIfNoEntry: false })?.isFile() ? path : null;
}

function sendFile(path: string, response: ServerResponse): void {
  const type = extname(path);
  const headers = { ...ISOLATION, 'content-type': TYPES[type] ?? 'application/octet-stream' };
  if (type === '.ts') {
    response.writeHead(200, headers).end(stripTypeScriptTypes(readFileSync(path, 'utf8')));
    return;
  }
  response.writeHead(200, { ...headers, 'content-length': statSync(path).size });
  createReadStream(path, { highWaterMark: 1 << 20 })
    .on('error', () => response.destroy())
    .pipe(response);
}

function close(server: Server): void {
  server.close();
  server.closeAllConnections();
}
