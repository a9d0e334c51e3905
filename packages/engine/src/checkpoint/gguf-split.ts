import { LanternError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import type { Folder } from './folder.ts';
import { type GgufHeader, readGguf } from './gguf.ts';
import { shown } from './json.ts';

const PART = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/;
const MAX_PARTS = 10_000;

/** Where a GGUF file name is one part of many: which one. */
export function ggufPart(name: string): { base: string; part: number; parts: number } | null {
  const match = PART.exec(name);
  return match && { base: match[1]!, part: Number(match[2]), parts: Number(match[3]) };
}

/**
 * Header of a GGUF model: one file, or all parts of a split one, whichever of them is named. Every source that gets
 * opened goes into `opened`.
 */
export function readGgufModel(folder: Folder, name: string, opened: ByteSource[]): GgufHeader {
  const open = (file: string): GgufHeader => {
    if (!folder.names.includes(file))
      throw new LanternError(
        'missing-file',
        `${folder.path}: ${file} is missing`,
        'Put all parts of the model side by side.',
      );
    const source = folder.open(file);
    opened.push(source);
    return readGguf(source, () => folder.open(file));
  };
  const split = ggufPart(name);
  const partName = (part: number) =>
    `${split!.base}-${String(part).padStart(5, '0')}-of-${String(split!.parts).padStart(5, '0')}.gguf`;
  const first = open(split ? partName(1) : name);
  const parts = first.metadata.get('split.count') ?? 1;
  if (typeof parts !== 'number' || !Number.isInteger(parts) || parts < 0 || parts > MAX_PARTS)
    throw new LanternError('bad-checkpoint', `${folder.path}/${name}: split.count is ${shown(parts)}`);
  if (parts <= 1) return first;
  if (split?.parts !== parts)
    throw new LanternError(
      'bad-checkpoint',
      `${folder.path}/${name}: one of ${parts} parts, but its name does not end in -00001-of-${String(parts).padStart(5, '0')}.gguf`,
      'Give the parts the names they were published under.',
    );
  const tensors = [...first.tensors];
  for (let part = 2; part <= parts; part++) {
    const header = open(partName(part));
    const number = header.metadata.get('split.no');
    if (number !== part - 1)
      throw new LanternError(
        'bad-checkpoint',
        `${folder.path}/${partName(part)}: split.no is ${shown(number)}, not ${part - 1}`,
      );
    tensors.push(...header.tensors);
  }
  const total = first.metadata.get('split.tensors.count');
  if (total !== undefined && total !== tensors.length)
    throw new LanternError(
      'bad-checkpoint',
      `${folder.path}/${name}: ${shown(total)} tensors are announced, the parts have ${tensors.length}`,
    );
  return { metadata: first.metadata, tensors };
}
