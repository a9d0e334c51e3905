import { after, before } from 'node:test';
import type { RunningServer } from '../../server/src/start-server.ts';
import { closeBrowser } from './browser.ts';
import { ScriptedServer } from './scripted-server.ts';
import { webServer } from './web-server.ts';

/** The server with the built-in model, from before the first test of the file that imports this until after the last. */
export let real: RunningServer;
/** The one before it that says what a test wants, as long. */
export let server: ScriptedServer;

before(async () => {
  real = await webServer();
  server = new ScriptedServer(real.url);
  await server.start();
});
after(async () => {
  await closeBrowser();
  await server.stop();
  await real.stop(0);
});
