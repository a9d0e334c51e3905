import { badField } from '../http/api-error.ts';
import { mediaLimits, tooLarge } from './media-limits.ts';

/** Longest part before the comma: a media type with parameters. */
const MOST_HEAD = 512;

const HEAD = /^\s*data:([\w.+-]+\/[\w.+-]+)?((?:\s*;\s*[\w.+-]+=(?:[\w.+/-]*|"[^"]*"))*)\s*;\s*base64\s*$/i;

/** Whether a text says that it is a `data:` address. */
export function isDataUrl(text: string): boolean {
  return /^\s*data:/i.test(text.slice(0, MOST_HEAD));
}

/**
 * The bytes of a `data:` address of a picture or a video: a media type with any parameters, base64, white space anywhere
 * in it. Throws a 413 for one that is too long, a 400 for one that is something else; `field` is what it is called there.
 */
export function readDataUrl(url: string, kind: 'image' | 'video', field: string): Uint8Array {
  const { type, data } = splitDataUrl(url, field);
  if (type !== null && type !== 'application/octet-stream' && !type.startsWith(`${kind}/`))
    throw badField(
      field,
      `${field} is of type ${type}; it must be ${kind}/…, such as ${examples[kind]}`,
      'invalid_media',
    );
  if (data.length > mediaLimits[kind].base64) throw tooLarge(kind, field, String(data.length), 'base64');
  return decodeBase64(data, field);
}

/** The first bytes of a `data:` address, enough to know the kind of a file by. Throws like `readDataUrl`. */
export function dataUrlStart(url: string, field: string): Uint8Array {
  const { data } = splitDataUrl(url, field);
  return decodeBase64(data.slice(0, 4096).replace(/\s+/g, '').slice(0, 128), field);
}

const examples = { image: 'image/png', video: 'video/mp4' };

function splitDataUrl(url: string, field: string): { type: string | null; data: string } {
  const comma = url.slice(0, MOST_HEAD).indexOf(',');
  const head = comma < 0 ? null : HEAD.exec(url.slice(0, comma));
  if (!head)
    throw badField(
      field,
      `${field} is no data: address with base64, such as data:image/png;base64,iVBORw0…`,
      'invalid_media',
    );
  return { type: head[1]?.toLowerCase() ?? null, data: url.slice(comma + 1) };
}

function decodeBase64(data: string, field: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.fromBase64(data);
  } catch {
    throw badField(
      field,
      `${field} is not base64 after its comma; only A-Z a-z 0-9 + / = and white space may stand there`,
      'invalid_media',
    );
  }
  if (bytes.length === 0)
    throw badField(field, `${field} is empty after its comma; it must hold base64`, 'invalid_media');
  return bytes;
}
