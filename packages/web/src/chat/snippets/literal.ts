/** How a language writes what JSON can say. Texts are as in JSON, whose escapes mean the same in every one of them. */
export type LiteralStyle = {
  indent: string;
  /** true, false and null. */
  word: (value: boolean | null) => string;
  /** The name of a field of an object. */
  name: (name: string) => string;
};

/** A JSON value as source text, one field a line. `margin` is what its lines begin with. */
export function literal(value: unknown, style: LiteralStyle, margin: string = ''): string {
  if (value === null || typeof value === 'boolean') return style.word(value);
  if (typeof value !== 'object') return JSON.stringify(value);
  const inner = margin + style.indent;
  const lines = Array.isArray(value)
    ? value.map((each) => literal(each, style, inner))
    : Object.entries(value).flatMap(([name, each]) =>
        each === undefined ? [] : `${style.name(name)}: ${literal(each, style, inner)}`,
      );
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (lines.length === 0) return `${open}${close}`;
  return `${open}\n${lines.map((line) => `${inner}${line},\n`).join('')}${margin}${close}`;
}
