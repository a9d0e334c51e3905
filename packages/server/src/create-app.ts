import { randomUUID } from 'node:crypto';
import { makeAnthropicErrorBody, makeErrorBody } from '@lantern/api';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { isKnownHost } from './access/host-check.ts';
import { ApiError } from './http/api-error.ts';
import { RunningRequest } from './http/running-request.ts';
import { toApiError } from './http/to-api-error.ts';
import { chatCompletions } from './routes/chat-completions.ts';
import { completions } from './routes/completions.ts';
import { deleteFile, fileContent, listFiles, showFile, uploadFile } from './routes/files.ts';
import { health } from './routes/health.ts';
import { countTokens, createMessage } from './routes/messages.ts';
import { listModels, showModel } from './routes/models.ts';
import { docsPage, docsReference, docsStart, openApi } from './routes/pages.ts';
import { createResponse, deleteResponse, listInputItems, showResponse } from './routes/responses.ts';
import { frontPage, siteFile } from './routes/site.ts';
import { detokenize, tokenize } from './routes/tokenize.ts';
import type { RequestContext, RequestVariables, ServerContext } from './server-context.ts';

/** Paths that say nothing about anybody and need no key. */
const OPEN = new Set([
  '/health',
  '/v1/health',
  '/version',
  '/',
  '/docs',
  '/docs/start.js',
  '/docs/reference.js',
  '/openapi.json',
]);

/** The whole HTTP surface over one model. The same paths answer under `/compatible-mode`, Model Studio's prefix. */
export function createApp(server: ServerContext): Hono<{ Variables: RequestVariables }> {
  const app = new Hono<{ Variables: RequestVariables }>();
  app.use(async (context, next) => {
    const request = new RunningRequest(requestIdOf(context));
    context.set('running', request);
    server.running.add(request);
    const { signal } = context.req.raw;
    const leave = () => request.leave();
    signal.addEventListener('abort', leave, { once: true });
    request.done.then(() => {
      // Behind `new Request` a registry keeps signals that nobody aborts, and with them whatever their listeners reach.
      signal.removeEventListener('abort', leave);
      server.running.delete(request);
      logRequest(server, context);
    });
    try {
      await next();
    } finally {
      context.header('x-request-id', request.id);
      // A stream ends its request itself.
      if (!context.res.headers.get('content-type')?.startsWith('text/event-stream')) request.end();
    }
  });
  app.use(async (context, next) => {
    if (server.isStopping) throw new ApiError('shutting_down', 'the server is about to end');
    const host = context.req.header('host') ?? null;
    if (!isKnownHost(host, server.listensOn))
      throw new ApiError(
        'permission_denied',
        `the Host header is ${JSON.stringify(host)}; this server answers as localhost only`,
      );
    const { path, raw } = context.req;
    const isOpen = OPEN.has(path) || server.site?.file(path);
    const owner = server.keys.ownerOf(raw.headers);
    if (owner === null && !isOpen)
      throw new ApiError(
        'invalid_api_key',
        'the API key is missing or wrong; send it as "Authorization: Bearer KEY" or "x-api-key: KEY"',
      );
    context.set('owner', owner ?? '');
    await next();
  });
  const limitBody = bodyLimit({
    maxSize: server.maxBodyBytes,
    onError: () => {
      throw new ApiError(
        'request_too_large',
        `the body is larger than the ${server.maxBodyBytes} bytes that are allowed`,
      );
    },
  });
  // Uploads go to the disk piece by piece, and have a limit of their own.
  app.use((context, next) => (isUpload(context) ? next() : limitBody(context, next)));
  for (const prefix of ['', '/compatible-mode']) app.route(prefix || '/', routes(server));
  app.onError((error, context) => errorReply(server, context, error));
  app.notFound((context) => errorReply(server, context, unknownPath(app, context)));
  return app;
}

function routes(server: ServerContext): Hono<{ Variables: RequestVariables }> {
  const app = new Hono<{ Variables: RequestVariables }>();
  app.post('/v1/chat/completions', (context) => chatCompletions(server, context));
  app.post('/v1/completions', (context) => completions(server, context));
  app.post('/tokenize', (context) => tokenize(server, context));
  app.post('/detokenize', (context) => detokenize(server, context));
  app.post('/v1/responses', (context) => createResponse(server, context));
  app.get('/v1/responses/:id', (context) => showResponse(server, context));
  app.delete('/v1/responses/:id', (context) => deleteResponse(server, context));
  app.get('/v1/responses/:id/input_items', (context) => listInputItems(server, context));
  app.post('/v1/messages', (context) => createMessage(server, context));
  app.post('/v1/messages/count_tokens', (context) => countTokens(server, context));
  app.post('/v1/files', (context) => uploadFile(server, context));
  app.get('/v1/files', (context) => listFiles(server, context));
  app.get('/v1/files/:id', (context) => showFile(server, context));
  app.get('/v1/files/:id/content', (context) => fileContent(server, context));
  app.delete('/v1/files/:id', (context) => deleteFile(server, context));
  app.get('/v1/models', (context) => listModels(server, context));
  app.get('/v1/models/:id{.+}', (context) => showModel(server, context));
  app.get('/health', (context) => health(server, context));
  app.get('/v1/health', (context) => health(server, context));
  app.get('/version', (context) => context.json({ version: server.version }));
  app.get('/', (context) => frontPage(server, context));
  app.get('/assets/:name', (context) => siteFile(server, context));
  app.get('/icon.svg', (context) => siteFile(server, context));
  app.get('/theme.js', (context) => siteFile(server, context));
  app.get('/openapi.json', (context) => openApi(server, context));
  app.get('/docs', (context) => docsPage(server, context));
  app.get('/docs/start.js', (context) => docsStart(server, context));
  app.get('/docs/reference.js', (context) => docsReference(server, context));
  app.get('/metrics', async (context) =>
    context.text(await server.metrics.text(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
  );
  return app;
}

function isUpload({ req: { method, path } }: RequestContext): boolean {
  return method === 'POST' && path.endsWith('/v1/files');
}

/** The client's own id, where it is one, so that its log and ours can be matched. */
function requestIdOf(context: RequestContext): string {
  const given = context.req.header('x-request-id') ?? '';
  return /^[\w.-]{1,128}$/.test(given) ? given : randomUUID();
}

function errorReply(server: ServerContext, context: RequestContext, error: Error): Response {
  const known = toApiError(error);
  if (known.code === 'server_error')
    server.log.error({ err: error, id: context.get('running').id }, 'a request failed');
  // What is left of a body that nobody read to its end would be taken for the next request.
  if (context.req.method !== 'GET' && (!context.req.raw.bodyUsed || isUpload(context)))
    context.header('connection', 'close');
  if (known.allow) context.header('allow', known.allow.join(', '));
  if (known.retryAfter !== null) context.header('retry-after', String(known.retryAfter));
  context.header('x-request-id', context.get('running').id);
  // The name by which Anthropic's clients know it.
  context.header('request-id', context.get('running').id);
  const { code, message, param, status } = known;
  context.get('running').note.error = code;
  const isAnthropic = context.req.path.endsWith('/v1/messages') || context.req.path.includes('/v1/messages/');
  const body = isAnthropic
    ? makeAnthropicErrorBody(code, message, context.get('running').id)
    : makeErrorBody(code, message, param);
  return context.json(body, status as ContentfulStatusCode);
}

function unknownPath(app: Hono<{ Variables: RequestVariables }>, context: RequestContext): ApiError {
  const { path, method } = context.req;
  const routes = app.routes.filter((route) => route.method !== 'ALL' && matches(route.path, path));
  const others = [...new Set(routes.map((route) => route.method))];
  if (others.length === 0) return new ApiError('not_found', `there is no ${path}; /openapi.json lists what there is`);
  return new ApiError('method_not_allowed', `${path} answers ${others.join(' and ')}, not ${method}`, {
    allow: others,
  });
}

/** Whether a path is one of a route's, whose parameters stand for one part of it, or for all the rest. */
function matches(route: string, path: string): boolean {
  const pattern = route.split('/').map((part) => {
    if (!part.startsWith(':')) return RegExp.escape(part);
    return part.endsWith('{.+}') ? '.+' : '[^/]+';
  });
  return new RegExp(`^${pattern.join('/')}$`).test(path);
}

function logRequest(server: ServerContext, context: RequestContext): void {
  const { method, path } = context.req;
  const { id, began, note, signal } = context.get('running');
  const ms = Math.round(performance.now() - began);
  const left = signal.aborted ? { left: true } : {};
  server.log.info({ id, method, path, status: context.res.status, ms, ...note, ...left }, 'request');
}
