import { type ByteSource, readText } from './byte-source.ts';
import { type JsonObject, jsonObject } from './json.ts';

/** The files of a checkpoint side by side, wherever they are: on disk, in a browser's store, in a test. */
export type Folder = {
  /** For messages. */
  path: string;
  /** Names of the files, sorted. */
  names: string[];
  open(name: string): ByteSource;
};

/** Text of a file of the folder, or null where there is none of that name. */
export function folderText(folder: Folder, name: string): string | null {
  if (!folder.names.includes(name)) return null;
  const source = folder.open(name);
  try {
    return readText(source);
  } finally {
    source.close();
  }
}

/** The JSON object in a file of the folder, or null where there is none of that name. */
export function folderJson(folder: Folder, name: string): JsonObject | null {
  const text = folderText(folder, name);
  return text === null ? null : jsonObject(text, `${folder.path}/${name}`);
}
