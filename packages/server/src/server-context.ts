import type { Context } from 'hono';
import type { Logger } from 'pino';
import type { ApiKeys } from './access/api-keys.ts';
import type { ChatDefaults } from './chat/chat-plan.ts';
import type { FileStore } from './files/file-store.ts';
import type { RunningRequest } from './http/running-request.ts';
import type { ReadMedia } from './media/read-media.ts';
import type { ModelHost } from './model-host.ts';
import type { ResponseStore } from './responses/response-store.ts';
import type { SearchProvider } from './search/search-provider.ts';
import type { Site } from './site/site.ts';
import type { PassedOverFields } from './telemetry/passed-over-fields.ts';
import type { ServerMetrics } from './telemetry/server-metrics.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

/** Everything that routes share. */
export type ServerContext = {
  host: ModelHost;
  keys: ApiKeys;
  metrics: ServerMetrics;
  log: Logger;
  passedOver: PassedOverFields;
  /** Responses that others can follow on. */
  responses: ResponseStore;
  /** What was uploaded. */
  files: FileStore;
  /** Gets the pictures and videos of a request. */
  readMedia: ReadMedia;
  /** What `enable_search` searches with; null where the server was started without. */
  search: SearchProvider | null;
  /** The page to talk on; null where the server was started without. */
  site: Site | null;
  /** Null where nothing is sent to OpenTelemetry. */
  telemetry: Telemetry | null;
  /** Address that the server listens on. */
  listensOn: string;
  defaults: ChatDefaults;
  /** Answers that may wait. */
  maxWaiting: number;
  /** Bytes of a body. */
  maxBodyBytes: number;
  version: string;
  /** Requests that are being answered. */
  running: Set<RunningRequest>;
  /** Whether the server is about to end and takes nothing new. */
  isStopping: boolean;
};

/** What a request carries through its handlers. */
export type RequestVariables = {
  running: RunningRequest;
  /** Whose key it carries; empty on a server without keys. */
  owner: string;
};

export type RequestContext = Context<{ Variables: RequestVariables }>;
