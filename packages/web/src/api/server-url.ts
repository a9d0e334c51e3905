/** An address of the server that the page came from, which may stand behind a path. */
export function serverUrl(path: string): string {
  return new URL(path, document.baseURI).href;
}
