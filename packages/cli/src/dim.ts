/** The text in a weaker colour where the stream is a terminal. */
export function dim(text: string, stream: Pick<NodeJS.WriteStream, 'isTTY'>): string {
  return stream.isTTY && text !== '' ? `\x1b[2m${text}\x1b[22m` : text;
}
