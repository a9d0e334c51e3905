/** Code points as inclusive ranges [from, to, from, to, …], ordered, neither touching nor overlapping. */
export type CharSet = readonly number[];

export const LAST_CHAR = 0x10ffff;
/** All of Unicode that has UTF-8: no surrogates. */
export const ANY_CHAR: CharSet = [0, 0xd7ff, 0xe000, LAST_CHAR];

/** The set of any ranges. */
export function charSet(ranges: Iterable<readonly [from: number, to: number]>): CharSet {
  const set: number[] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = set.length - 1;
    if (set.length > 0 && from <= set[last]! + 1) set[last] = Math.max(set[last]!, to);
    else set.push(from, to);
  }
  return set;
}

export function rangesOf(set: CharSet): [from: number, to: number][] {
  const ranges: [number, number][] = [];
  for (let i = 0; i < set.length; i += 2) ranges.push([set[i]!, set[i + 1]!]);
  return ranges;
}

export function union(...sets: readonly CharSet[]): CharSet {
  return charSet(sets.flatMap(rangesOf));
}

export function intersection(a: CharSet, b: CharSet): CharSet {
  const ranges: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const from = Math.max(a[i]!, b[j]!);
    const to = Math.min(a[i + 1]!, b[j + 1]!);
    if (from <= to) ranges.push([from, to]);
    if (a[i + 1]! < b[j + 1]!) i += 2;
    else j += 2;
  }
  return charSet(ranges);
}

/** All other characters. */
export function complement(set: CharSet): CharSet {
  const ranges: [number, number][] = [];
  let next = 0;
  for (const [from, to] of rangesOf(set)) {
    if (from > next) ranges.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= LAST_CHAR) ranges.push([next, LAST_CHAR]);
  return intersection(ranges.flat(), ANY_CHAR);
}

export function hasChar(set: CharSet, char: number): boolean {
  for (let i = 0; i < set.length; i += 2) if (char >= set[i]! && char <= set[i + 1]!) return true;
  return false;
}
