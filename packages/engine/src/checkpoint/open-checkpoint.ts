import { type Stats, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { LanternError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Folder } from './folder.ts';
import { ggufPart, readGgufModel } from './gguf-split.ts';
import { loadGguf, type Mmproj } from './load-gguf.ts';
import { loadHuggingFace } from './load-hugging-face.ts';
import { openFolder } from './node-files.ts';
import { ggufTokenizer, huggingFaceTokenizer, type TokenizerFiles } from './tokenizer-files.ts';

/**
 * Opens a model on disk (Node only): a folder in Hugging Face layout, a folder with one GGUF model, or a `.gguf` file,
 * whose vision tower is in the file `mmproj`; by default the only such file beside it, if it fits.
 * Headers are read and checked; weights are not. Throws a LanternError that says what is wrong.
 */
export function openCheckpoint(path: string, { mmproj }: { mmproj?: string } = {}): Checkpoint {
  const place = locate(path);
  if (place.kind === 'gguf') return { ...loadGguf(place.folder, place.name, towerFile(place.folder, mmproj)), path };
  if (mmproj !== undefined)
    throw new LanternError(
      'bad-input',
      `${path} is no GGUF model, so ${mmproj} has no part in it`,
      'leave the mmproj file out',
    );
  return { ...loadHuggingFace(place.folder), path };
}

/** The file with the vision tower: as named, else the only one of the folder. */
function towerFile(folder: Folder, named: string | undefined): Mmproj | null {
  if (named !== undefined) {
    statsOf(named);
    return { folder: openFolder(dirname(named)), name: basename(named), named: true };
  }
  const [name, another] = folder.names.filter((file) => file.endsWith('.gguf') && MMPROJ.test(file));
  return name !== undefined && another === undefined ? { folder, name, named: false } : null;
}

/**
 * Just the tokenizer and the template of a model on disk (Node only): a folder with `tokenizer.json` alone is enough.
 * Throws where there is neither.
 */
export function openTokenizerFiles(path: string): TokenizerFiles {
  const place = locate(path);
  if (place.kind === 'hugging-face') {
    const files = huggingFaceTokenizer(place.folder);
    if (files.tokenizer || files.chatTemplate !== null) return files;
    throw new LanternError('missing-file', `${path}: neither tokenizer.json nor a chat template`);
  }
  const opened: ByteSource[] = [];
  try {
    return ggufTokenizer(readGgufModel(place.folder, place.name, opened).metadata);
  } finally {
    for (const source of opened) source.close();
  }
}

type Place = { kind: 'hugging-face'; folder: Folder } | { kind: 'gguf'; folder: Folder; name: string };

const HUGGING_FACE_FILE =
  /^(config\.json|tokenizer\.json|chat_template\.jinja|tokenizer_config\.json|.*\.safetensors)$/;
const MMPROJ = /mmproj/i;

function locate(path: string): Place {
  const stats = statsOf(path);
  if (!stats.isDirectory()) {
    if (!path.endsWith('.gguf'))
      throw new LanternError(
        'bad-input',
        `${path}: a model is a folder or a .gguf file`,
        'Name the folder that the file is in.',
      );
    return { kind: 'gguf', folder: openFolder(dirname(path)), name: basename(path) };
  }

  const folder = openFolder(path);
  const ggufs = folder.names.filter((name) => name.endsWith('.gguf'));
  const models = [...new Set(ggufs.filter((name) => !MMPROJ.test(name)).map(firstPart))];
  const weights = folder.names.includes('config.json') && folder.names.some((name) => name.endsWith('.safetensors'));
  if (models.length === 0 || weights) {
    if (folder.names.some((name) => HUGGING_FACE_FILE.test(name))) return { kind: 'hugging-face', folder };
    throw new LanternError(
      'missing-file',
      `${path}: no model in this folder`,
      'It should hold config.json and *.safetensors, or a .gguf file.',
    );
  }
  if (models.length > 1)
    throw new LanternError(
      'bad-input',
      `${path}: ${models.length} models: ${models.join(', ')}`,
      'Name one of the files.',
    );
  return { kind: 'gguf', folder, name: models[0]! };
}

/** The name of a split model's first part; any other name as it is. */
function firstPart(name: string): string {
  const split = ggufPart(name);
  return split ? name.replace(/-\d{5}-of-/, '-00001-of-') : name;
}

function statsOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'no such file or folder' : `cannot be opened (${code})`;
    throw new LanternError('missing-file', `${path}: ${reason}`);
  }
}
