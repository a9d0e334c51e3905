import { useEffect, useState } from 'react';
import { apiKey } from '../../api/api-key.ts';
import { readMetrics } from '../../api/read-metrics.ts';
import { serverState } from '../../api/server-state.ts';
import { serverUrl } from '../../api/server-url.ts';
import { type Reading, readingOf } from './server-figures.ts';

const EVERY_MS = 1000;
/** Readings that are kept: two minutes. */
const MOST = 121;

/** The server's figures of the last two minutes, one a second, as long as the page is seen. */
export function useReadings(): readonly Reading[] {
  const [readings, setReadings] = useState<readonly Reading[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    const look = async () => {
      const reading = document.visibilityState === 'hidden' ? null : await read(stop.signal);
      if (stop.signal.aborted) return;
      if (reading) setReadings((known) => [...known, reading].slice(-MOST));
      timer = setTimeout(look, EVERY_MS);
    };
    let timer = setTimeout(look, 0);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, []);
  return readings;
}

async function read(signal: AbortSignal): Promise<Reading | null> {
  try {
    const key = apiKey.value;
    const reply = await fetch(serverUrl('metrics'), {
      signal,
      cache: 'no-store',
      ...(key !== undefined && { headers: { authorization: `Bearer ${key}` } }),
    });
    if (reply.status === 401) serverState.lock();
    return reply.ok ? readingOf(readMetrics(await reply.text()), performance.now()) : null;
  } catch {
    if (!signal.aborted) void serverState.refresh();
    return null;
  }
}
