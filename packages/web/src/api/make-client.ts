import { LanternClient } from '@lantern/client';
import { apiKey } from './api-key.ts';
import { serverUrl } from './server-url.ts';

/** A client of the page's own server, with another key where one is tried. Failures are shown at once; people retry. */
export function makeClient(key: string | undefined = apiKey.value): LanternClient {
  return new LanternClient({ baseUrl: serverUrl('v1'), apiKey: key, maxRetries: 0 });
}
