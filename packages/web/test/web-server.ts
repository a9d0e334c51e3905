import type { RunningServer, StartOptions } from '../../server/src/start-server.ts';
import { testServer } from '../../server/src/test-server.ts';
import { pagesFolder } from '../src/node/pages-folder.ts';

/** A real server on the built-in model, with the page, ready. */
export async function webServer(options: Partial<StartOptions> = {}): Promise<RunningServer> {
  const folder = await pagesFolder();
  return testServer({ engine: { threads: 1 }, site: Promise.resolve(folder), ...options });
}
