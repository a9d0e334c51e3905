import type { RequestContext, ServerContext } from '../server-context.ts';

/** `GET /health`: 200 once the model answers, 503 with how far loading is until then. */
export function health({ host }: ServerContext, context: RequestContext): Response {
  const { status } = host;
  switch (status.kind) {
    case 'ready':
      return context.json({ status: 'ok' });
    case 'loading': {
      const { done, total } = status.progress;
      const progress = total > 0 ? Math.round((1000 * done) / total) / 1000 : 0;
      return context.json({ status: 'loading', progress, bytes_done: done, bytes_total: total }, 503, {
        'retry-after': '2',
      });
    }
    case 'failed':
      return context.json({ status: 'failed' }, 503);
    case 'closed':
      return context.json({ status: 'closed' }, 503);
  }
}
