import { type FileStore, fileNotFound } from '../files/file-store.ts';
import { fetchLink, type LinkRules } from './fetch-link.ts';
import { mediaLimits, tooLarge } from './media-limits.ts';
import type { MediaSource } from './media-request.ts';
import { readDataUrl } from './read-data-url.ts';

/** Where bytes of media come from, and for whom. */
export type MediaAccess = { links: LinkRules; files: FileStore; owner: string; signal: AbortSignal };

/** The bytes of a picture or a video. Throws a 400, a 404 or a 413 that names the field of its source. */
export async function fetchMedia(
  source: MediaSource,
  kind: 'image' | 'video',
  { links, files, owner, signal }: MediaAccess,
): Promise<Uint8Array> {
  const { field } = source;
  signal.throwIfAborted();
  switch (source.kind) {
    case 'data':
      return readDataUrl(source.url, kind, field);
    case 'link':
      return fetchLink(source.url, { kind, field, rules: links, signal });
    case 'file': {
      const file = files.find(source.id, owner);
      if (!file) throw fileNotFound(source.id, field);
      if (file.bytes > mediaLimits[kind].bytes) throw tooLarge(kind, field, String(file.bytes), 'bytes');
      return files.read(file, signal);
    }
  }
}
