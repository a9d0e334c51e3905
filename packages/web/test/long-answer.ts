const code = `\`\`\`typescript
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 0 ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[middle]!;
}
\`\`\``;

const table = `| size | tokens | share |
| --- | ---: | ---: |
| small | 1,024 | 12 % |
| medium | 8,192 | 40 % |
| large | 32,768 | 48 % |`;

const prose =
  'The lamp was lit at **dusk**, when the boats came back and the harbour grew quiet; nobody asked `why` any more, for the answer had been [written down](#) long ago and everybody could read it there.';

const list = `- first, the *short* way
- then the long way, which takes more words but says more
  - with a part of its own
1. and a number`;

/** An answer in Markdown of about so many words, with all that answers hold: headings, prose, lists, tables, code. */
export function longAnswer(words: number): string {
  const parts: string[] = [];
  let count = 0;
  for (let section = 1; count < words; section++) {
    const part = [
      `## Section ${section}`,
      prose,
      list,
      prose,
      section % 3 === 0 ? table : prose,
      section % 2 === 0 ? code : prose,
      `> ${prose}`,
    ].join('\n\n');
    parts.push(part);
    count += part.split(/\s+/).length;
  }
  return parts.join('\n\n');
}

/** Code in one block that never ends: the hardest case, since the block that grows is read again each time. */
export function longCode(words: number): string {
  const line = '  total += values[index] * weights[index]; // the next one follows\n';
  return `\`\`\`js\nfunction sum(values, weights) {\n${line.repeat(Math.ceil(words / 10))}}\n\`\`\``;
}
