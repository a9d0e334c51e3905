import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { LanternError } from '@lantern/engine';
import { chooseGguf, chooseMmproj, ggufModels } from './choose-gguf.ts';
import { downloadBlob } from './download-blob.ts';
import { repoFolder } from './hub-cache.ts';
import { HubClient, type HubFile } from './hub-client.ts';
import type { ModelName } from './model-name.ts';

const NEEDED =
  /^((config|generation_config|chat_template|tokenizer(_config)?|(video_)?(pre)?processor_config|quantize_config)\.json|chat_template\.jinja|[^/]+\.safetensors(\.index\.json)?)$/;
const PARALLEL = 2;

export type Pulled = { name: string; revision: string; path: string; bytes: number; files: string[] };

/**
 * Brings a model of the hub into the cache. Links to files are made once all of them are there, the revision last, so
 * nothing half downloaded can be opened by name. `onProgress` hears of bytes.
 */
export async function pullModel(
  { repo, file }: ModelName,
  {
    revision,
    signal,
    onProgress,
  }: { revision: string; signal: AbortSignal; onProgress: (done: number, total: number) => void },
): Promise<Pulled> {
  // What fails in one transfer ends the others, with the same reason.
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  const client = new HubClient(repo, both);
  const { commit, files: listed } = await client.list(revision);
  const { files, main } = chooseFiles(listed, file, repo);
  const folder = repoFolder(repo);
  const blobs = join(folder, 'blobs');
  const snapshot = join(folder, 'snapshots', commit);
  await mkdir(blobs, { recursive: true });

  const total = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const onBytes = (count: number) => {
    done += count;
    onProgress(done, total);
  };
  const waiting = [...new Map(files.map((item) => [item.digest, item])).values()];
  const work = async () => {
    for (let next = waiting.shift(); next && !both.aborted; next = waiting.shift())
      await downloadBlob(client, next, { commit, blobs, signal: both, onBytes });
  };
  const outcomes = await Promise.allSettled(
    Array.from({ length: PARALLEL }, () =>
      work().catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    ),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  signal.throwIfAborted();

  for (const item of files) await link(join(snapshot, item.path), join(blobs, item.digest));
  if (revision !== commit) await replace(join(folder, 'refs', revision), (path) => writeFile(path, commit));
  return {
    name: file === undefined ? repo : `${repo}:${file}`,
    revision: commit,
    path: main === null ? snapshot : join(snapshot, main),
    bytes: total,
    files: files.map(({ path }) => path),
  };
}

/** Files to pull; `main` is the GGUF to open, null where the folder is the model. */
function chooseFiles(
  listed: HubFile[],
  file: string | undefined,
  repo: string,
): { files: HubFile[]; main: string | null } {
  const paths = listed.map(({ path }) => path);
  const isFolder = paths.some((path) => /^[^/]+\.safetensors$/.test(path));
  if (file === undefined && isFolder) return { files: listed.filter(({ path }) => NEEDED.test(path)), main: null };
  if (ggufModels(paths).length === 0)
    throw new LanternError(
      'unsupported',
      isFolder
        ? `${repo} holds no GGUF file ${file}; pull it without :FILE`
        : `${repo} holds neither safetensors nor GGUF files`,
    );
  const chosen = chooseGguf(paths, file, repo);
  const wanted = new Set<string | undefined>([...chosen, chooseMmproj(paths, chosen[0]!), 'generation_config.json']);
  return { files: listed.filter(({ path }) => wanted.has(path)), main: chosen[0]! };
}

function link(path: string, blob: string): Promise<void> {
  return replace(path, (fresh) => symlink(relative(dirname(path), blob), fresh));
}

/** Makes a file beside its place, then puts it there at once. */
async function replace(path: string, make: (fresh: string) => Promise<void>): Promise<void> {
  const fresh = `${path}.${process.pid}.new`;
  await mkdir(dirname(path), { recursive: true });
  await rm(fresh, { force: true });
  await make(fresh);
  await rename(fresh, path);
}
