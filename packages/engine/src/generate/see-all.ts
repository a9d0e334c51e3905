import type { MediaSpan } from '../media/media-span.ts';
import type { Sight } from './sight.ts';
import { yieldToEventLoop } from './yield-to-event-loop.ts';

/**
 * Has all pictures of a prompt looked at, before any of it is read. Throws the reason of the signal, and a LanternError
 * where one cannot be seen.
 */
export async function seeAll(
  sight: Pick<Sight, 'check' | 'recall' | 'look'>,
  spans: readonly MediaSpan[],
  signal?: AbortSignal,
): Promise<(span: MediaSpan) => Float32Array> {
  const seen = new Map<MediaSpan, Float32Array>();
  for (const span of spans) {
    sight.check(span.shape);
    for (let known = sight.recall(span); !seen.has(span); known = sight.look(span)) {
      if (known) seen.set(span, known);
      await yieldToEventLoop();
      signal?.throwIfAborted();
    }
  }
  return (span) => seen.get(span)!;
}
