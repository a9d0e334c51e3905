/** Code, in which nothing is a formula: fences, closed or not, and spans. */
const CODE = /(^ {0,3}(`{3,}|~{3,})[\s\S]*?(?:^ {0,3}\2[`~]*\s*$|$(?![\s\S]))|`+[^`\n]+`+)/gm;

/** Pandoc's rule for one dollar sign: no space within at either end, no digit after. Prices stay prices. */
const INLINE = /(?<![\\$])\$(?![\s$])((?:\\.|[^$\n\\])*?)(?<![\s\\])\$(?![\d$])/g;

/** Whether a text may hold formulas, in LaTeX's or in TeX's form. */
export function hasMathematics(text: string): boolean {
  return /\\[([]|\$[^\s\d]|\$\d+[^\s$]*\$|\$\$/.test(text);
}

/** Every formula in the one form that the renderer reads: two dollar signs, on lines of their own for a block. */
export function withDollarSigns(text: string): string {
  let result = '';
  let end = 0;
  for (const match of text.matchAll(CODE)) {
    result += formulas(text.slice(end, match.index)) + match[0];
    end = match.index + match[0].length;
  }
  return result + formulas(text.slice(end));
}

function formulas(text: string): string {
  return text
    .replaceAll(/\\\[([\s\S]*?)\\\]/g, (_, formula: string) => `\n$$\n${formula.trim()}\n$$\n`)
    .replaceAll(/\\\(([\s\S]*?)\\\)/g, (_, formula: string) => `$$${formula.trim()}$$`)
    .replaceAll(INLINE, (_, formula: string) => `$$${formula}$$`);
}
