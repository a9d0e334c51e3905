import type { CalledTool } from '@lantern/engine';

/** A call of a tool for people: its name and its arguments, indented. */
export function prettyCall({ name, arguments: text }: Pick<CalledTool, 'name' | 'arguments'>): string {
  return `${name} ${indentJson(text)}`;
}

/** Indents JSON text. Numbers and strings stay as they were written, which parsing would not grant. */
function indentJson(text: string): string {
  const tokens = text.match(/"(?:\\.|[^"\\])*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  let depth = 0;
  const lineBreak = () => `\n${'  '.repeat(depth)}`;
  const indented = tokens.map((token, i) => {
    if (token === '{' || token === '[') {
      depth++;
      return isClosing(tokens[i + 1]) ? token : token + lineBreak();
    }
    if (isClosing(token)) {
      depth--;
      return tokens[i - 1] === '{' || tokens[i - 1] === '[' ? token : lineBreak() + token;
    }
    if (token === ',') return token + lineBreak();
    return token === ':' ? ': ' : token;
  });
  return indented.join('');
}

function isClosing(token: string | undefined): boolean {
  return token === '}' || token === ']';
}
