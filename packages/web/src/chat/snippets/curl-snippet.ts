import { KEY_VARIABLE, NO_KEY, type SnippetRequest } from './snippet-request.ts';

/** A request as a command. The body stands in a here-document, where a shell changes nothing. */
export function curlSnippet({ url, body }: SnippetRequest): string {
  // JSON has no line that is only this word: line breaks within texts are escaped.
  return `curl --no-buffer ${quoted(url)} \\
  -H 'Content-Type: application/json' \\
  -H "Authorization: Bearer \${${KEY_VARIABLE}:-${NO_KEY}}" \\
  --data-binary @- <<'JSON'
${JSON.stringify(body, null, 2)}
JSON
`;
}

/** A word of a shell command. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
