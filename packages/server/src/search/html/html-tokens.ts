import { decodeEntities } from './decode-entities.ts';

export type HtmlToken = { type: 'text'; text: string } | { type: 'open' | 'close'; name: string };

/** What stands in these is no text of the page. */
const SKIPPED = new Set(
  'script style noscript template svg iframe object canvas textarea select audio video'.split(' '),
);

/**
 * Tags and texts of a page in their order, read the forgiving way of browsers: each character is looked at once,
 * whatever the page is. A tag or comment that never ends takes the rest of the page with it.
 */
export function* htmlTokens(html: string): Generator<HtmlToken, void, undefined> {
  let at = 0;
  while (at < html.length) {
    const less = tagStart(html, at);
    if (less > at) yield { type: 'text', text: decodeEntities(html.slice(at, less)) };
    if (less >= html.length) return;
    if (html.startsWith('<!--', less)) {
      at = after(html, '-->', less + 2);
      continue;
    }
    const found = /\/?([a-zA-Z][^\s/>]{0,40})/y;
    found.lastIndex = less + 1;
    const name = found.exec(html)?.[1]?.toLowerCase();
    const end = name === undefined ? after(html, '>', less) : tagEnd(html, found.lastIndex);
    if (end > html.length) return;
    at = end;
    if (name === undefined) continue;
    const isClosing = html.charAt(less + 1) === '/';
    if (isClosing || !SKIPPED.has(name)) yield { type: isClosing ? 'close' : 'open', name };
    else if (html.charAt(end - 2) !== '/' || name === 'script') at = skipElement(html, name, end);
  }
}

/** Where the next `<` stands that begins a tag, a comment or a declaration. */
function tagStart(html: string, from: number): number {
  for (let at = html.indexOf('<', from); at >= 0; at = html.indexOf('<', at + 1))
    if (/[a-zA-Z/!?]/.test(html.charAt(at + 1))) return at;
  return html.length;
}

/** Behind the `>` of a tag. One in a quoted value doesn't count; quotes count only behind a `=`. */
function tagEnd(html: string, from: number): number {
  let isValue = false;
  for (let at = from; at < html.length; at++) {
    const character = html.charAt(at);
    if (character === '>') return at + 1;
    if (isValue && (character === '"' || character === "'")) {
      at = html.indexOf(character, at + 1);
      if (at < 0) break;
      isValue = false;
    } else if (character === '=') isValue = true;
    else if (!/\s/.test(character)) isValue = false;
  }
  return html.length + 1;
}

function skipElement(html: string, name: string, from: number): number {
  const end = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  end.lastIndex = from;
  const found = end.exec(html);
  return found === null ? html.length : after(html, '>', found.index);
}

/** Behind the next `mark`, or past the end of the page. */
function after(html: string, mark: string, from: number): number {
  const at = html.indexOf(mark, from);
  return at < 0 ? html.length + 1 : at + mark.length;
}
