import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** The text of a file, or null where it is none: binary, longer than `maxBytes`, or no plain file (any more). */
export async function readTextFile(path: string, maxBytes: number): Promise<string | null> {
  // A link that took the file's place since the folder was listed is not followed.
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const { size } = await file.stat();
    if (size > maxBytes) return null;
    if (size === 0) return '';
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await file.read(bytes, 0, size, 0);
    return decodeText(bytes.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** UTF-8, UTF-16 with a byte order mark, what a page says of itself, or else Windows' Western text. */
export function decodeText(bytes: Buffer): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const said = /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{1,40})/i.exec(bytes.toString('latin1', 0, 2048))?.[1];
    return decoder(said ?? 'windows-1252').decode(bytes);
  }
}

function decoder(label: string): TextDecoder {
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder('windows-1252');
  }
}
