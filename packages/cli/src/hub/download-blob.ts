import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LanternError } from '@lantern/engine';
import type { HubClient, HubFile } from './hub-client.ts';

/** Transfers in a row that may bring nothing. */
const ATTEMPTS = 3;

/**
 * Brings a file into the folder of blobs, on from what an earlier attempt left. It gets its name only once its digest
 * holds; until then it is `.incomplete`. `onBytes` hears of every byte once, those already there included.
 */
export async function downloadBlob(
  client: HubClient,
  file: HubFile,
  { commit, blobs, signal, onBytes }: DownloadOptions,
): Promise<void> {
  const target = join(blobs, file.digest);
  if ((await sizeOf(target)) === file.size) return onBytes(file.size);
  const partial = `${target}.incomplete`;
  let had = Math.max(await sizeOf(partial), 0);
  if (had > file.size) {
    await rm(partial, { force: true });
    had = 0;
  }
  onBytes(had);
  for (let failed = 0; had < file.size || had === 0; ) {
    const before = had;
    had = await transfer(client, file, { commit, partial, from: had, signal, onBytes });
    if (had === file.size) break;
    failed = had > before ? 0 : failed + 1;
    if (failed === ATTEMPTS)
      throw new LanternError(
        'bad-checkpoint',
        `${client.repo}: ${file.path} ends after ${had} of ${file.size} bytes`,
        'Pull again to go on from there.',
      );
  }
  if ((await digestOf(partial, file, signal)) !== file.digest) {
    await rm(partial, { force: true });
    throw new LanternError(
      'bad-checkpoint',
      `${client.repo}: the checksum of ${file.path} is wrong; the file was removed`,
      'Pull again.',
    );
  }
  await rename(partial, target);
}

export type DownloadOptions = {
  commit: string;
  blobs: string;
  signal: AbortSignal;
  onBytes: (count: number) => void;
};

/** One request; returns the bytes that are there after it, also where the connection breaks. */
async function transfer(
  client: HubClient,
  file: HubFile,
  { commit, partial, from, signal, onBytes }: Omit<DownloadOptions, 'blobs'> & { partial: string; from: number },
): Promise<number> {
  const response = await client.open(file.path, commit, from);
  const goesOn = response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${from}-`);
  let at = goesOn ? from : 0;
  onBytes(at - from);
  const handle = await open(partial, at > 0 ? 'r+' : 'w');
  try {
    for await (const chunk of response.body ?? []) {
      if (at + chunk.length > file.size)
        throw new LanternError('bad-checkpoint', `${client.repo}: ${file.path} is longer than the hub states`);
      await writeAll(handle, chunk, at);
      at += chunk.length;
      onBytes(chunk.length);
    }
  } catch (error) {
    signal.throwIfAborted();
    const { name, code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new LanternError('out-of-memory', `the disk is full at ${partial}`, 'Free some space and pull again.');
    // A connection that broke; the next request goes on from here.
    if (name !== 'TypeError') throw error;
  } finally {
    await handle.close();
  }
  return at;
}

async function writeAll(handle: Awaited<ReturnType<typeof open>>, chunk: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < chunk.length; )
    done += (await handle.write(chunk, done, chunk.length - done, at + done)).bytesWritten;
}

/** SHA-256 of the file, or Git's SHA-1 of it as a blob, as long as the stated digest is. */
async function digestOf(path: string, file: HubFile, signal: AbortSignal): Promise<string> {
  const hash = file.digest.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${file.size}\0`);
  await pipeline(createReadStream(path), hash, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
  return hash.digest('hex');
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? -1;
}
