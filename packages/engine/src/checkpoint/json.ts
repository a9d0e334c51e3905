import { LanternError } from '../errors.ts';

/** An object as it comes out of `JSON.parse`. */
export type JsonObject = { readonly [key: string]: unknown };

/** Whether a JSON value is an object with keys. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses text that must be a JSON object; `where` names it in the error. */
export function jsonObject(text: string, where: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new LanternError('bad-checkpoint', `${where}: not JSON (${oneLine((error as Error).message)})`);
  }
  if (!isJsonObject(value)) throw new LanternError('bad-checkpoint', `${where}: a JSON object is expected`);
  return value;
}

/** A value for an error message: short and on one line. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return oneLine(`"${value}"`);
  // Lists of GGUF metadata are typed arrays, which JSON would show as objects.
  const list = ArrayBuffer.isView(value) ? Array.from(value as Uint8Array) : value;
  return oneLine(JSON.stringify(list) ?? String(list));
}

function oneLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ');
  return line.length > 80 ? `${line.slice(0, 77)}...` : line;
}
