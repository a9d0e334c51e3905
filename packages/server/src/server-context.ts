import type { Context } from 'hono';
import type { Logger } from 'pino';
import type { ApiKeys } from './access/api-keys.ts';
import type { ChatDefaults } from './chat/chat-plan.ts';
import type { ModelHost } from './model-host.ts';
import type { PassedOverFields } from './passed-over-fields.ts';
import type { RunningRequest } from './running-request.ts';
import type { ServerMetrics } from './server-metrics.ts';

/** Everything that routes share. */
export type ServerContext = {
  host: ModelHost;
  keys: ApiKeys;
  metrics: ServerMetrics;
  log: Logger;
  passedOver: PassedOverFields;
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
export type RequestVariables = { running: RunningRequest };

export type RequestContext = Context<{ Variables: RequestVariables }>;
