import { fileURLToPath } from 'node:url';
import type { EngineOptions } from '@lantern/engine';
import { openEngine } from '@lantern/engine/node';
import pino from 'pino';
import { type RunningServer, type StartOptions, startServer } from './start-server.ts';

const TINY = fileURLToPath(new URL('../../../models/tiny', import.meta.url));

type TestOptions = Partial<StartOptions> & {
  engine?: EngineOptions;
  /** Names that the model answers to, its id first. */
  names?: readonly string[];
};

/** For tests: a server on the built-in model, loaded, at a free port of loopback, that logs nothing. */
export async function testServer({ engine, names, ...options }: TestOptions = {}): Promise<RunningServer> {
  const [id = 'lantern-tiny', ...others] = names ?? ['lantern-tiny', 'qwen3.5-plus', 'qwen3.5-flash'];
  const server = await startServer({
    port: 0,
    log: pino({ level: 'silent' }),
    version: '0.0.0-test',
    load: async (onProgress, signal) => ({
      engine: await openEngine(TINY, {
        maxSequences: 64,
        contextTokens: 4096,
        cacheTokens: 65_536,
        onProgress,
        signal,
        ...engine,
      }),
      id,
      names: [id, ...others],
      fingerprint: 'fp_test',
      created: 1_772_000_000,
    }),
    ...options,
  });
  await server.loaded;
  return server;
}
