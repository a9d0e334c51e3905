import { type Engine, LanternError, type Media, sliceTokens } from '@lantern/engine';
import { ApiError, badField } from '../http/api-error.ts';
import { fetchMedia, type MediaAccess } from './fetch-media.ts';
import { Gate } from './gate.ts';
import { mediaKindOf } from './media-kind.ts';
import { mediaLimits, tooLarge } from './media-limits.ts';
import type { MediaBytes, MediaRequest, MediaSource } from './media-request.ts';

/** Makes of bytes what the model of an engine takes. A LanternError says that they are no picture or video that it can read. */
export type DecodeMedia = (media: MediaBytes, engine: Engine, signal: AbortSignal) => Promise<Media>;

export type MediaReader = { engine: Engine; owner: string; signal: AbortSignal };

/** Gets and decodes the pictures and videos of a request, in their order. Throws a 4xx that names the field at fault. */
export type ReadMedia = (requests: readonly MediaRequest[], reader: MediaReader) => Promise<Media[]>;

/** Fetches of one request that run at a time, and pictures and videos that are held as bytes. */
const AT_A_TIME = 4;
/** What one request may spend on getting its media. */
const MOST_MS = 120_000;

/** Reads media with what a server has. `decode` runs for no more than four of a request at a time. */
export function mediaReader(access: Pick<MediaAccess, 'links' | 'files'>, decode: DecodeMedia): ReadMedia {
  return async (requests, { engine, owner, signal }) => {
    const stop = new AbortController();
    const timer = setTimeout(
      () =>
        stop.abort(
          badField(
            'messages',
            `messages have media that take longer than ${MOST_MS / 1000} s to fetch`,
            'invalid_media',
          ),
        ),
      MOST_MS,
    );
    const within = AbortSignal.any([signal, stop.signal]);
    const fetches = new Gate(AT_A_TIME);
    const decodes = new Gate(AT_A_TIME);
    const fetch = (source: MediaSource, kind: 'image' | 'video') =>
      fetches.run(() => fetchMedia(source, kind, { ...access, owner, signal: within }));
    let tokens = 0;
    const read = async (request: MediaRequest): Promise<Media> => {
      within.throwIfAborted();
      const bytes = await bytesOf(request, fetch);
      const media = await decoded(request, () => decode(bytes, engine, within));
      tokens += media.slices.length * sliceTokens(media, engine.config.vision!.spatialMergeSize);
      // What comes after would be fetched for nothing, and kept.
      if (tokens > engine.contextTokens)
        throw new ApiError(
          'context_length_exceeded',
          `the pictures and videos up to ${request.field} take ${tokens} tokens; the context holds ${engine.contextTokens}, send fewer or set max_pixels`,
          { param: request.field },
        );
      return media;
    };
    try {
      return await Promise.all(
        requests.map((request) =>
          decodes
            .run(() => read(request))
            .catch((error: unknown) => {
              stop.abort(error);
              throw error;
            }),
        ),
      );
    } catch {
      if (signal.aborted) throw new ApiError('client_closed', 'the client went away');
      // The first failure stopped all others, which then failed of that.
      throw stop.signal.reason;
    } finally {
      clearTimeout(timer);
    }
  };
}

async function bytesOf(
  request: MediaRequest,
  fetch: (source: MediaSource, kind: 'image' | 'video') => Promise<Uint8Array>,
): Promise<MediaBytes> {
  const { limits } = request;
  if (request.kind === 'frames') {
    let size = 0;
    const frames = await Promise.all(
      request.frames.map(async (source) => {
        const frame = await fetch(source, 'image');
        checkKind(frame, 'image', source.field);
        size += frame.length;
        const most = mediaLimits.video.bytes;
        if (size > most) throw tooLarge('video', request.field, `more than ${most}`, 'bytes');
        return frame;
      }),
    );
    return { kind: 'frames', frames, limits };
  }
  const { kind, source } = request;
  const bytes = await fetch(source, kind);
  checkKind(bytes, kind, source.field);
  return { kind, bytes, limits };
}

/** Throws a 400 for a video in the place of a picture, and the other way round. The rest is for the decoder to know. */
function checkKind(bytes: Uint8Array, kind: 'image' | 'video', field: string): void {
  const found = mediaKindOf(bytes.subarray(0, 64));
  if (found === null || found === kind) return;
  const [is, part] = found === 'video' ? ['a video', 'video_url'] : ['a picture', 'image_url'];
  throw badField(field, `${field} is ${is}; send it in a part of type ${part}`, 'invalid_media');
}

async function decoded(request: MediaRequest, decode: () => Promise<Media>): Promise<Media> {
  try {
    return await decode();
  } catch (error) {
    if (!(error instanceof LanternError) || (error.code !== 'bad-input' && error.code !== 'unsupported')) throw error;
    const field = request.kind === 'frames' ? request.field : request.source.field;
    const remedy = error.remedy ? `; ${error.remedy}` : '';
    throw badField(field, `${field} cannot be read: ${error.message}${remedy}`, 'invalid_media');
  }
}
