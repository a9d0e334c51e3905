import type { UserContentPart } from '@lantern/api';
import { type ContentPart, limitsOf, type MediaLimits } from '@lantern/engine';
import { fileNotFound, type StoredFile } from '../files/file-store.ts';
import { type ApiError, badField } from '../http/api-error.ts';
import { mediaKindOf } from './media-kind.ts';
import { mediaCounts } from './media-limits.ts';
import type { MediaRequest, MediaSource } from './media-request.ts';
import { dataUrlStart, isDataUrl } from './read-data-url.ts';

export type MediaPart = Exclude<UserContentPart, { type: 'text' }>;
type Part<Type extends MediaPart['type']> = Extract<MediaPart, { type: Type }>;
type PixelFields = { min_pixels?: number | null | undefined; max_pixels?: number | null | undefined };
type LimitFields = PixelFields & { total_pixels?: number | null | undefined; fps?: number | null | undefined };

export type MediaPartsOptions = {
  /** Whether the model has a vision tower. */
  sees: boolean;
  /** An uploaded file of whoever asks. */
  findFile: (id: string) => StoredFile | null;
  /** `vl_high_resolution_images` of the request. */
  highResolution?: boolean;
};

/** Gathers the pictures and videos of a conversation, in the order of their parts. */
export class MediaParts {
  readonly requests: MediaRequest[] = [];
  readonly #options: MediaPartsOptions;
  readonly #counts = { linkedImages: 0, inlineImages: 0, videos: 0 };

  constructor(options: MediaPartsOptions) {
    this.#options = options;
  }

  /**
   * What stands in the prompt for a part, whose picture or video is noted down. Throws a 400 for a part that this server
   * or its model does not take; `field` is what the part is called there.
   */
  read(part: MediaPart, field: string): ContentPart {
    if (part.type === 'input_audio')
      throw refused(`${field} is of type input_audio; Qwen 3.5 does not hear, send a transcript`, field);
    if (!this.#options.sees)
      throw refused(
        `${field} is of type ${part.type}; the model that is served reads text only, load a checkpoint with a vision tower or add one with --mmproj`,
        field,
      );
    switch (part.type) {
      case 'image_url': {
        const { url, at, inner } = addressOf(part.image_url, `${field}.image_url`);
        const limits = limitsOf({
          ...readLimits(part, field, inner),
          detail: inner?.fields.detail ?? 'auto',
          highResolution: this.#options.highResolution,
        });
        return this.#add({ field, kind: 'image', source: sourceOf(url, at), limits });
      }
      case 'video_url': {
        const { url, at, inner } = addressOf(part.video_url, `${field}.video_url`);
        return this.#add({ field, kind: 'video', source: sourceOf(url, at), limits: readLimits(part, field, inner) });
      }
      case 'video': {
        const frames = part.video.map((url, index) => sourceOf(url, `${field}.video[${index}]`));
        return this.#add({ field, kind: 'frames', frames, limits: readLimits(part, field) });
      }
      case 'file':
        return this.#file(part, field);
    }
  }

  #file({ file }: Part<'file'>, field: string): ContentPart {
    const { file_id: id, file_data: data } = file;
    if (!id === !data)
      throw badField(`${field}.file`, `${field}.file must have file_id or file_data, and not both`, 'invalid_request');
    const at = `${field}.file.${id ? 'file_id' : 'file_data'}`;
    const { kind, source } = id ? this.#uploaded(id, at) : inline(data!, at);
    if (kind === null)
      throw refused(
        `${at} is neither a picture nor a video; nothing else can be read, send the text of other files`,
        at,
      );
    const highResolution = kind === 'image' && this.#options.highResolution;
    return this.#add({ field, kind, source, limits: limitsOf({ highResolution }) });
  }

  #uploaded(id: string, field: string): { kind: StoredFile['media']; source: MediaSource } {
    const file = this.#options.findFile(id);
    if (!file) throw fileNotFound(id, field);
    return { kind: file.media, source: { field, kind: 'file', id } };
  }

  #add(request: MediaRequest): ContentPart {
    const { kind, field } = request;
    const count = kind !== 'image' ? 'videos' : request.source.kind === 'data' ? 'inlineImages' : 'linkedImages';
    if (++this.#counts[count] > mediaCounts[count])
      throw badField(field, `${field} is one too many; a request may have ${mediaCounts[count]} ${names[count]}`);
    this.requests.push(request);
    return { type: kind === 'image' ? 'image' : 'video' };
  }
}

const names = { linkedImages: 'pictures by address or id', inlineImages: 'pictures in base64', videos: 'videos' };

/** Fields beside the address of a part, and what the object that holds them is called. */
type Inner<Fields> = { fields: Fields; field: string };

/** The address of a part that gives it bare or in an object. */
function addressOf<Fields extends { url: string }>(value: Fields | string, field: string) {
  if (typeof value === 'string') return { url: value, at: field };
  return { url: value.url, at: `${field}.url`, inner: { fields: value, field } satisfies Inner<Fields> };
}

const FILE_ID = /^file-\w+$/;

function sourceOf(text: string, field: string): MediaSource {
  if (isDataUrl(text)) return { field, kind: 'data', url: text };
  if (FILE_ID.test(text)) return { field, kind: 'file', id: text };
  if (/^\s*https?:/i.test(text)) return { field, kind: 'link', url: text.trim() };
  const start = text.length > 40 ? `${text.slice(0, 30)}…` : text;
  throw badField(
    field,
    `${field} is ${JSON.stringify(start)}; it must be a data: address with base64, an https address, or the id of an uploaded file`,
    'invalid_media',
  );
}

function inline(data: string, field: string): { kind: StoredFile['media']; source: MediaSource } {
  return { kind: mediaKindOf(dataUrlStart(data, field)), source: { field, kind: 'data', url: data } };
}

/** How finely to look, where what stands beside the address goes first. Throws a 400 where bounds contradict each other. */
function readLimits(part: LimitFields, field: string, inner?: Inner<LimitFields>): MediaLimits {
  const read = (name: keyof LimitFields) => inner?.fields[name] ?? part[name] ?? undefined;
  const [minPixels, maxPixels] = [read('min_pixels'), read('max_pixels')];
  if (minPixels !== undefined && maxPixels !== undefined && minPixels > maxPixels) {
    const at = `${(inner?.fields.min_pixels ?? null) === null ? field : inner!.field}.min_pixels`;
    throw badField(at, `${at} is ${minPixels}, and max_pixels ${maxPixels}; it must not be larger`);
  }
  return { minPixels, maxPixels, totalPixels: read('total_pixels'), fps: read('fps') };
}

function refused(message: string, field: string): ApiError {
  return badField(field, message, 'unsupported_content');
}
