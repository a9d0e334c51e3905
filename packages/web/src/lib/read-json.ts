/** JSON that was read, and where in the text each value stands: offsets by the path, its parts joined by line breaks. */
export type ReadJson = { value: unknown; offsets: ReadonlyMap<string, number> };

/** What is no JSON, at an offset. */
export class JsonFault extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** The key of a path in `offsets`. */
export function offsetKey(path: readonly PropertyKey[]): string {
  return path.map(String).join('\n');
}

/** The line and the column of an offset, both from 1. */
export function lineOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

const SPACE = /\s*/y;
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
const WORD = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y;

/** Reads JSON as a person may have typed it. Throws a JsonFault that tells where it goes wrong and what was expected. */
export function readJson(text: string): ReadJson {
  const offsets = new Map<string, number>();
  let at = 0;

  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  };
  const space = () => match(SPACE);
  const fault = (expected: string): JsonFault => {
    const found = at >= text.length ? 'the text ends' : `there is ${JSON.stringify(text[at])}`;
    return new JsonFault(`${found} where ${expected} should be`, at);
  };
  const take = (sign: string): boolean => {
    space();
    if (text[at] !== sign) return false;
    at++;
    space();
    return true;
  };
  const value = (path: readonly PropertyKey[]): unknown => {
    space();
    offsets.set(offsetKey(path), at);
    if (take('{')) return object(path);
    if (take('[')) return list(path);
    const plain = match(text[at] === '"' ? STRING : WORD);
    if (plain === null) throw fault(text[at] === '"' ? 'a text that ends on its line' : 'a value');
    return JSON.parse(plain) as unknown;
  };
  const object = (path: readonly PropertyKey[]): object => {
    const entries: [string, unknown][] = [];
    if (take('}')) return {};
    do {
      const name = match(STRING);
      if (name === null) throw fault('a name in quotes');
      const key = JSON.parse(name) as string;
      if (!take(':')) throw fault('a colon');
      entries.push([key, value([...path, key])]);
    } while (take(','));
    if (!take('}')) throw fault('a comma or }');
    return Object.fromEntries(entries);
  };
  const list = (path: readonly PropertyKey[]): unknown[] => {
    const items: unknown[] = [];
    if (take(']')) return items;
    do items.push(value([...path, items.length]));
    while (take(','));
    if (!take(']')) throw fault('a comma or ]');
    return items;
  };

  const read = value([]);
  space();
  if (at < text.length) throw fault('the end');
  return { value: read, offsets };
}
