import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CACHE } from './cache.ts';

/** What is used here of the native addon that node-llama-cpp ships (its `AddonTypes`). */
export type LlamaAddon = {
  setLogger(logger: (level: number, message: string) => void): void;
  setLoggerLogLevel(level: number): void;
  loadBackends(folder: string): void;
  init(): Promise<void>;
  systemInfo(): string;
  AddonModel: new (path: string, params: { gpuLayers: number; useMmap: boolean }) => AddonModel;
  AddonContext: new (
    model: AddonModel,
    params: { contextSize: number; batchSize: number; sequences: number; threads: number },
  ) => AddonContext;
  AddonSampler: new (model: AddonModel) => AddonSampler;
};

export type AddonModel = { init(): Promise<boolean>; dispose(): Promise<void> };

export type AddonSampler = { applyConfig(config: { temperature: number }): void; dispose(): void };

export type AddonContext = {
  init(): Promise<boolean>;
  initBatch(tokens: number): void;
  addToBatch(sequence: number, firstToken: number, tokens: Uint32Array, logits: Uint32Array): Uint32Array;
  decodeBatch(): Promise<void>;
  /** Ids and logits in turn are at [3]. */
  sampleToken(
    batchLogitIndex: number,
    sampler: AddonSampler,
    probabilities: false,
    confidence: false,
    logits: true,
  ): Promise<[unknown, unknown, unknown, number[]]>;
  disposeSequence(sequence: number): void;
  dispose(): Promise<void>;
};

const ERROR = 2;
const INFO = 4;

/** node-llama-cpp's names of platforms. */
const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-arm64': 'mac-arm64-metal',
  'darwin-x64': 'mac-x64',
  'win32-x64': 'win-x64',
  'win32-arm64': 'win-arm64',
};

type Loaded = { addon: LlamaAddon; build: string };
let loaded: Promise<Loaded> | undefined;

/**
 * llama.cpp as node-llama-cpp builds it. `cpu` names one of the builds for x86 processors, such as `haswell` (AVX2);
 * without it llama.cpp takes the best that runs here. A process keeps the one that it loaded first.
 */
export function loadLlamaAddon(cpu?: string): Promise<Loaded> {
  loaded ??= load(cpu);
  return loaded;
}

async function load(cpu: string | undefined): Promise<Loaded> {
  const require = createRequire(import.meta.url);
  const { folder, release, version } = llamaBinaries();
  const place = cpu ? onlyCpu(folder, cpu) : folder;
  const addon = require(join(place, 'llama-addon.node')) as LlamaAddon;
  let backend = '?';
  addon.setLogger((level, message) => {
    backend = /libggml-cpu-(\w+)\./.exec(message)?.[1] ?? backend;
    if (level <= ERROR) process.stderr.write(message);
  });
  addon.setLoggerLogLevel(INFO);
  addon.loadBackends(place);
  await addon.init();
  // What is logged arrives a turn later.
  await new Promise((resume) => setImmediate(resume));
  addon.setLoggerLogLevel(ERROR);
  const features = [...addon.systemInfo().matchAll(/(\w+) = 1\b/g)].map(([, name]) => name).join(' ');
  return { addon, build: `llama.cpp ${release} (node-llama-cpp ${version}), CPU build ${backend}: ${features}` };
}

/** Where the native binaries of this platform lie. Throws where no package of them is installed. */
export function llamaBinaries(): { folder: string; release: string; version: string } {
  const platform = PACKAGES[`${process.platform}-${process.arch}`];
  const root = new URL(`../node_modules/@node-llama-cpp/${platform}/`, import.meta.url);
  if (platform === undefined || !existsSync(root))
    throw new Error(`no llama.cpp for ${process.platform}-${process.arch}: run npm install --prefix bench`);
  const require = createRequire(import.meta.url);
  const path = fileURLToPath(root);
  const { version } = require(join(path, 'package.json')) as { version: string };
  const folder = join(path, 'bins', platform);
  const { buildOptions } = require(join(folder, '_nlcBuildMetadata.json')) as {
    buildOptions: { llamaCpp: { release: string } };
  };
  return { folder, release: buildOptions.llamaCpp.release, version };
}

/** A folder of links to the same binaries, but for the builds for other processors: llama.cpp looks beside itself. */
function onlyCpu(folder: string, cpu: string): string {
  const names = readdirSync(folder);
  const builds = names.flatMap((name) => /^libggml-cpu-(\w+)\.so$/.exec(name)?.[1] ?? []);
  if (!builds.includes(cpu)) throw new Error(`no CPU build is called "${cpu}", known are ${builds.join(', ')}`);
  const links = join(CACHE, `llama-${cpu}`);
  mkdirSync(links, { recursive: true });
  for (const name of names.filter((name) => !name.includes('ggml-cpu-') || name.includes(`-${cpu}.`)))
    if (!existsSync(join(links, name))) symlinkSync(join(folder, name), join(links, name));
  return links;
}
