/** A list of texts out of JSON that the page itself wrote; empty where there is none. */
export function parseList(json: string): string[] {
  return json === '' ? [] : (JSON.parse(json) as string[]);
}
