import { createHash } from 'node:crypto';
import type { Checkpoint } from '@lantern/engine';
import { defaultContextTokens, LanternError, loadEngine } from '@lantern/engine';
import {
  isLoopback,
  parseSearchOption,
  type RunningServer,
  SearchError,
  type SearchProvider,
  type ServedModel,
  startServer,
} from '@lantern/server';
import { pagesFolder } from '@lantern/web';
import type { Logger } from 'pino';
import { openModel } from '../load-model.ts';
import { packageVersion } from '../package-version.ts';
import { readSpeculation } from '../speculative-config.ts';
import { UsageError } from '../usage-error.ts';
import { defaultCacheTokens } from './cache-tokens.ts';
import { serveLog } from './serve-log.ts';
import {
  checkModelLength,
  checkQuantization,
  readApiKeys,
  readChatTemplate,
  readMediaDomains,
  readRopeScaling,
  readTemplateDefaults,
  refuseParallel,
  type ServeOptions,
} from './serve-options.ts';
import { servedNames } from './served-names.ts';

/** Serves a model until the process is told to end. */
export async function serve(model: string | undefined, options: ServeOptions): Promise<void> {
  refuseParallel(options);
  const keys = readApiKeys(options, process.env);
  if (keys.length === 0 && !isLoopback(options.host))
    throw new UsageError(
      `--host ${options.host} can be reached by others; a server there needs a key (--api-key, --api-key-file, $LANTERN_API_KEY)`,
    );
  const enableThinking = readTemplateDefaults(options);
  const ropeScaling = readRopeScaling(options);
  const allowedMediaDomains = readMediaDomains(options);
  const { speculativeConfig } = options;
  const speculation = speculativeConfig === undefined ? undefined : await readSpeculation(speculativeConfig);
  const opened = await openModel(model, options);
  checkModelLength(options, opened, ropeScaling);
  checkQuantization(options, opened);
  const checkpoint = options.chatTemplate
    ? { ...opened, chatTemplate: readChatTemplate(options.chatTemplate) }
    : opened;
  const names = servedNames(model, checkpoint.path, options.servedModelName);
  const log = serveLog(options.logLevel);
  const version = packageVersion();
  const search = readSearch(options.search, log);
  const server = await start({
    host: options.host,
    port: options.port,
    apiKeys: keys,
    defaults: {
      parsesReasoning: options.reasoningParser !== 'none',
      parsesTools: options.toolCallParser !== 'none' && options.enableAutoToolChoice,
      ...(enableThinking !== undefined && { enableThinking }),
      ...(options.seed !== undefined && { seed: options.seed }),
    },
    maxWaiting: options.maxWaiting,
    ...(search && { search }),
    site: openSite(log),
    allowedMediaDomains,
    fileStore: {
      ...(options.filesDir && { path: options.filesDir }),
      maxFiles: options.maxFiles,
      ...(options.maxFileBytes && { maxFileBytes: options.maxFileBytes }),
      ...(options.maxFilesBytes && { maxTotalBytes: options.maxFilesBytes }),
      days: options.maxFileDays,
    },
    ...(options.responseStore && { responseStore: { path: options.responseStore } }),
    environment: process.env,
    log,
    version,
    load: async (onProgress, signal): Promise<ServedModel> => {
      const engine = await loadEngine(checkpoint, {
        ...engineSizes(checkpoint, options, ropeScaling),
        ...(speculation && { speculation }),
        onProgress,
        signal,
      });
      // Made now, not for the first request: that would wait for it, and by then the file may be another one.
      if (checkpoint.tokenizer) void engine.tokenizer;
      return {
        engine,
        id: names[0]!,
        names,
        fingerprint: fingerprint(checkpoint, version),
        created: Math.floor(Date.now() / 1000),
      };
    },
  });
  await untilToldToEnd(server, names, options);
}

function engineSizes(checkpoint: Checkpoint, options: ServeOptions, ropeScaling: ReturnType<typeof readRopeScaling>) {
  const contextTokens = options.maxModelLen ?? defaultContextTokens(checkpoint.config);
  const { maxNumSeqs: maxSequences } = options;
  const free = process.availableMemory();
  return {
    contextTokens,
    maxSequences,
    cacheTokens: options.kvCacheTokens ?? defaultCacheTokens(checkpoint.config, contextTokens, maxSequences, free),
    ...(options.threads && { threads: options.threads }),
    ...(options.dtype === 'float32' && { exact: true }),
    ...(!options.enablePrefixCaching && { prefixCacheBytes: 0 }),
    vision: !options.languageModelOnly,
    ...(ropeScaling && { ropeScaling }),
  };
}

/** What `--search` names. A wrong name, a missing key or folder is wrong usage. */
function readSearch(option: string | undefined, log: Logger): SearchProvider | null {
  if (option === undefined) return null;
  try {
    return parseSearchOption(option, process.env, { warn: (message) => log.warn(message) });
  } catch (error) {
    if (error instanceof SearchError) throw new UsageError(`--search: ${error.message}`);
    throw error;
  }
}

/** The page to talk on. Where it cannot be built the API answers all the same. */
function openSite(log: Logger): Promise<string> {
  const site = pagesFolder({ onBuild: () => tell('building the page to talk on; the API answers meanwhile') });
  site.catch((error: unknown) => log.error({ err: error }, 'there is no page to talk on'));
  return site;
}

/** Changes with the tensors of the checkpoint and with the program. */
function fingerprint({ tensors }: Checkpoint, version: string): string {
  const text = JSON.stringify([version, tensors.map(({ name, storedAs, shape }) => [name, storedAs, shape])]);
  return `fp_${createHash('sha256').update(text).digest('hex').slice(0, 10)}`;
}

async function start(options: Parameters<typeof startServer>[0]): Promise<RunningServer> {
  try {
    return await startServer(options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const where = `${options.host}:${options.port}`;
    if (code === 'EADDRINUSE')
      throw new LanternError('bad-input', `${where} is taken by another program`, 'choose another --port');
    if (code === 'EACCES')
      throw new LanternError('bad-input', `${where} may not be listened on`, 'choose a --port from 1024 up');
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new LanternError('bad-input', `${options.host} is no address of this machine`, 'choose another --host');
    throw error;
  }
}

function tell(text: string): void {
  process.stderr.write(`lantern: ${text}\n`);
}

/** Says where the server is, waits for SIGINT or SIGTERM, and lets running answers finish; a second signal does not. */
async function untilToldToEnd(server: RunningServer, names: readonly string[], options: ServeOptions): Promise<void> {
  const { promise: told, resolve: end } = Promise.withResolvers<void>();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, end);
  tell(`${server.url} answers; loading ${names[0]} …`);
  const failed = server.loaded.then(
    ({ engine }) => {
      tell(
        `${names.join(', ')} ready, context ${engine.contextTokens.toLocaleString('en')} tokens; API at ${server.url}/v1, documented at ${server.url}/docs`,
      );
      return null;
    },
    (reason: unknown) => ({ reason }),
  );
  const failure = await Promise.race([
    told.then(() => null),
    failed.then((outcome) => outcome ?? told.then(() => null)),
  ]);
  if (failure) {
    await server.stop(0);
    throw failure.reason;
  }
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(0));
  tell('ending; running answers may finish');
  await server.stop(1000 * options.shutdownTimeout);
}
