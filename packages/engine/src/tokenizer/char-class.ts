/** The classes of code points that the pre-tokeniser tells apart. */
export const charClass = { other: 0, letter: 1, mark: 2, number: 3, space: 4, newline: 5 } as const;

const letter = /^\p{L}$/u;
const mark = /^\p{M}$/u;
const number = /^\p{N}$/u;
// Unicode's White_Space, as Rust and Oniguruma read `\s`. JavaScript's `\s` differs: it has U+FEFF and lacks U+0085.
const space = /^\p{White_Space}$/u;

function classify(codePoint: number): number {
  if (codePoint === 10 || codePoint === 13) return charClass.newline;
  const char = String.fromCodePoint(codePoint);
  if (letter.test(char)) return charClass.letter;
  if (mark.test(char)) return charClass.mark;
  if (number.test(char)) return charClass.number;
  return space.test(char) ? charClass.space : charClass.other;
}

// Pages of 256 code points, filled when a text first needs them: classifying all of Unicode ahead costs 0.3 s.
const pages: (Uint8Array | undefined)[] = [];

function fillPage(page: number): Uint8Array {
  const classes = new Uint8Array(256);
  for (let low = 0; low < 256; low++) classes[low] = classify(page * 256 + low);
  pages[page] = classes;
  return classes;
}

/** Class of a code point, one of the values of `charClass`. */
export function classOf(codePoint: number): number {
  const page = codePoint >>> 8;
  return (pages[page] ?? fillPage(page))[codePoint & 255]!;
}
