import type { RunningRequest } from './running-request.ts';

/** Sent now and then so that nothing between server and client takes a quiet stream for a dead one. */
const PING = ': ping\n\n';
const PING_MS = 15_000;

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
};

/**
 * A reply that sends texts as they come, each one or more server-sent events. It ends the request, and makes it leave
 * when the client goes away before the end. `parts` must not throw: what fails is told by a last event.
 */
export function sseResponse(
  request: RunningRequest,
  parts: AsyncIterable<string>,
  extra: Record<string, string> = {},
): Response {
  const encoder = new TextEncoder();
  let ping: NodeJS.Timeout | undefined;
  const end = () => {
    clearInterval(ping);
    request.end();
  };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      ping = setInterval(() => controller.enqueue(encoder.encode(PING)), PING_MS);
      const send = async () => {
        for await (const part of parts) controller.enqueue(encoder.encode(part));
        controller.close();
      };
      // A client that has left closes the controller; there is nobody to tell.
      send()
        .catch(() => undefined)
        .finally(end);
    },
    cancel() {
      request.leave();
      end();
    },
  });
  return new Response(body, { headers: { ...headers, ...extra } });
}
