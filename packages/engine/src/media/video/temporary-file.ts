import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes as a file that only we can read and that is gone when it is disposed of. */
export async function temporaryFile(bytes: Uint8Array): Promise<AsyncDisposable & { path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'lantern-video-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'video');
  try {
    await writeFile(path, bytes, { mode: 0o600 });
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, [Symbol.asyncDispose]: remove };
}
