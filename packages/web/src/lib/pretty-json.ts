/** JSON text with line breaks; any other text as it is, such as JSON that is still coming. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
