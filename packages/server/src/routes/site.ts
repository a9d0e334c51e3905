import { ApiError } from '../http/api-error.ts';
import type { RequestContext, ServerContext } from '../server-context.ts';
import { firstPage } from './pages.ts';

/** The page runs its own files and speaks to this server; nothing else, whatever an answer holds. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const pageHeaders = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
};

const types: { readonly [extension: string]: string } = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  json: 'application/json',
  woff2: 'font/woff2',
  wasm: 'application/wasm',
};

/** `GET /`: the page to talk on; while it is being built, a page that waits; without one, how to call the API. */
export function frontPage(server: ServerContext, context: RequestContext): Response {
  const { site } = server;
  if (site?.status.kind === 'ready') return send(server, context, '/index.html', 'no-cache');
  if (site?.status.kind === 'building')
    return context.html(waitingPage, 200, { ...pageHeaders, 'cache-control': 'no-store', refresh: '1' });
  return firstPage(server, context);
}

/** A file of the page. Those under `/assets` carry a digest of their content in their name. */
export function siteFile(server: ServerContext, context: RequestContext): Response {
  const { path } = context.req;
  return send(server, context, path, path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
}

function send({ site }: ServerContext, context: RequestContext, path: string, cacheControl: string): Response {
  const encoding = accepted(context.req.header('accept-encoding') ?? '').find(({ ending }) =>
    site?.file(path + ending),
  );
  const file = site?.file(path + (encoding?.ending ?? ''));
  if (!file) throw new ApiError('not_found', `there is no ${path}; /openapi.json lists what there is`);
  const headers: Record<string, string> = {
    ...pageHeaders,
    'cache-control': cacheControl,
    etag: file.etag,
    vary: 'accept-encoding',
  };
  if (context.req.header('if-none-match') === file.etag) return context.body(null, 304, headers);
  if (encoding) headers['content-encoding'] = encoding.name;
  headers['content-type'] = types[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  return context.body(file.content, 200, headers);
}

/** What the client takes, best first. */
function accepted(header: string): { name: string; ending: string }[] {
  const known = [
    { name: 'br', ending: '.br' },
    { name: 'gzip', ending: '.gz' },
  ];
  const names = header.split(',').map((part) => part.trim().split(';'));
  return known.filter(({ name }) => names.some(([own, q]) => own === name && q?.trim() !== 'q=0'));
}

const waitingPage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>Lantern</title></head>
<body><h1>One moment</h1><p>This page is being built from its sources; it comes by itself. The API answers already: <a href="docs">reference</a>.</p></body>
</html>
`;
