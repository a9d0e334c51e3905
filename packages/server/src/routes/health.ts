import type { HealthNotReady, HealthOk } from '@lantern/api';
import { makeErrorBody } from '@lantern/api';
import { toApiError } from '../http/to-api-error.ts';
import type { RequestContext, ServerContext } from '../server-context.ts';

/** `GET /health`: 200 once the model answers, 503 with how far loading is until then. */
export function health({ host, isStopping }: ServerContext, context: RequestContext): Response {
  const { status } = host;
  if (status.kind === 'ready' && !isStopping)
    return context.json({ status: 'ok', model: status.model.id } satisfies HealthOk);
  const { code, message } = toApiError(host.refusal);
  const body: HealthNotReady = {
    status: status.kind === 'loading' || status.kind === 'failed' ? status.kind : 'stopping',
    ...(status.kind === 'loading' && { progress: shareOf(status.progress) }),
    ...makeErrorBody(code, message),
  };
  return context.json(body, 503, { 'retry-after': '2' });
}

function shareOf({ done, total }: { done: number; total: number }): number {
  return total > 0 ? Math.round((1000 * done) / total) / 1000 : 0;
}
