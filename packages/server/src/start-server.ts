import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { yieldToEventLoop } from '@lantern/engine';
import type { Logger } from 'pino';
import { ApiKeys } from './access/api-keys.ts';
import { isLoopback } from './access/host-check.ts';
import type { ChatDefaults } from './chat/chat-plan.ts';
import { createApp } from './create-app.ts';
import { FileStore, type FileStoreOptions } from './files/file-store.ts';
import { AllowedDomains } from './media/allowed-domains.ts';
import { decodeMedia } from './media/decode-media.ts';
import type { LinkRules } from './media/fetch-link.ts';
import { type DecodeMedia, mediaReader } from './media/read-media.ts';
import { ModelHost, type ServedModel } from './model-host.ts';
import { ResponseStore, type ResponseStoreOptions } from './responses/response-store.ts';
import type { SearchProvider } from './search/search-provider.ts';
import type { ServerContext } from './server-context.ts';
import { Site } from './site/site.ts';
import { PassedOverFields } from './telemetry/passed-over-fields.ts';
import { ServerMetrics } from './telemetry/server-metrics.ts';
import { startTelemetry } from './telemetry/start-telemetry.ts';

const MIB = 2 ** 20;
/** Time that the last report to a collector gets. */
const TELEMETRY_MS = 3000;

export type StartOptions = {
  /** Default 127.0.0.1. Anything that others can reach needs keys. */
  host?: string;
  /** Default 8000; 0 takes any that is free. */
  port?: number;
  /** Loads the model; called at once. */
  load: (onProgress: (done: number, total: number) => void, signal: AbortSignal) => Promise<ServedModel>;
  /** Without any the server is open, on loopback. */
  apiKeys?: readonly string[];
  defaults?: Partial<ChatDefaults>;
  /** Answers that may wait. Default 1,024. */
  maxWaiting?: number;
  /** Default 64 MiB. */
  maxBodyBytes?: number;
  /** Where and how long responses are kept that others can follow on. */
  responseStore?: ResponseStoreOptions;
  /** Where and how long uploaded files are kept, and how much. */
  fileStore?: FileStoreOptions;
  /** Domains that links to pictures and videos may lead to. Default: none. */
  allowedMediaDomains?: AllowedDomains;
  /** How links are resolved, checked and waited for, where tests have no internet. */
  linkRules?: Omit<LinkRules, 'domains'>;
  /** Makes what the model takes of the bytes of pictures and videos. Default: the engine's decoders. */
  decodeMedia?: DecodeMedia;
  /** OTEL_* variables turn telemetry on. Default: none. */
  environment?: { readonly [name: string]: string | undefined };
  /** What `enable_search` searches with. Without one, requests that ask for it are refused. */
  search?: SearchProvider;
  /** The folder with the built page to talk on, once it is built. Without one, `/` says how to call the API. */
  site?: Promise<string>;
  log: Logger;
  version: string;
};

export type RunningServer = {
  /** Where it answers, such as `http://127.0.0.1:8000`. */
  url: string;
  /** Settles when the model is loaded; rejects where it cannot be. */
  loaded: Promise<ServedModel>;
  /** Lets running requests finish for so long, then ends them, and gives everything back. */
  stop(graceMilliseconds: number): Promise<void>;
};

/** Listens at once and loads the model meanwhile. Rejects where the address is taken, or open to others without keys. */
export async function startServer({
  host = '127.0.0.1',
  port = 8000,
  load,
  apiKeys = [],
  defaults = {},
  maxWaiting = 1024,
  maxBodyBytes = 64 * MIB,
  responseStore = {},
  fileStore = {},
  allowedMediaDomains = new AllowedDomains([]),
  linkRules = {},
  decodeMedia: decode = decodeMedia,
  search,
  site,
  environment = {},
  log,
  version,
}: StartOptions): Promise<RunningServer> {
  if (apiKeys.length === 0 && !isLoopback(host))
    throw new Error(`${host} can be reached by others; a server there needs a key (--api-key)`);
  const files = new FileStore(fileStore);
  const responses = new ResponseStore(responseStore);
  const models = new ModelHost(load);
  const server: ServerContext = {
    host: models,
    keys: new ApiKeys(apiKeys),
    metrics: new ServerMetrics(models),
    log,
    passedOver: new PassedOverFields(log),
    responses,
    files,
    readMedia: mediaReader({ links: { ...linkRules, domains: allowedMediaDomains }, files }, decode),
    search: search ?? null,
    site: site ? new Site(site) : null,
    telemetry: await startTelemetry(environment, version),
    listensOn: host,
    defaults: { parsesReasoning: true, parsesTools: true, ...defaults },
    maxWaiting,
    maxBodyBytes,
    version,
    running: new Set(),
    isStopping: false,
  };
  const app = createApp(server);
  const listener = await listen(app.fetch, host, port).catch(async (error: unknown) => {
    await models.close();
    responses.close();
    files.close();
    throw error;
  });
  restWhileConnecting(models, listener);
  const { port: bound } = listener.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    loaded: models.loaded,
    stop: (graceMilliseconds) => stop(server, listener, graceMilliseconds),
  };
}

function listen(fetch: ReturnType<typeof createApp>['fetch'], hostname: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const listener = serve(
      {
        fetch,
        hostname,
        port,
        serverOptions: { headersTimeout: 30_000, requestTimeout: 300_000, keepAliveTimeout: 65_000 },
      },
      () => resolve(listener),
    ) as Server;
    listener.once('error', reject);
  });
}

async function stop(server: ServerContext, listener: Server, graceMilliseconds: number): Promise<void> {
  server.isStopping = true;
  const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
  listener.closeIdleConnections();
  await Promise.race([Promise.all([...server.running].map((request) => request.done)), wait(graceMilliseconds)]);
  for (const request of server.running) request.leave();
  await server.host.close();
  // What a collector does not take in time is lost; the server ends all the same.
  await Promise.race([server.telemetry?.close().catch(() => undefined), wait(TELEMETRY_MS)]);
  listener.closeAllConnections();
  await closed;
  server.responses.close();
  server.files.close();
}

/** Connections that are accepted between two batches at the most. */
const MOST_CONNECTIONS = 64;

/**
 * Has the engine rest as long as new connections come. Node accepts one a turn of its event loop, and a batch takes up a
 * turn: with half a second a batch a busy server would let in two clients a second.
 */
function restWhileConnecting(models: ModelHost, listener: Server): void {
  let connections = 0;
  listener.on('connection', () => {
    connections++;
  });
  models.loaded.then(
    ({ engine }) => {
      engine.scheduler.rest = async () => {
        for (let turn = 0, seen = -1; turn < MOST_CONNECTIONS && seen !== connections; turn++) {
          seen = connections;
          await yieldToEventLoop();
        }
      };
    },
    () => undefined,
  );
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
