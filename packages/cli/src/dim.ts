/** The text in a weaker colour where the stream is a terminal and `NO_COLOR` does not forbid it. */
export function dim(text: string, stream: Pick<NodeJS.WriteStream, 'isTTY'>): string {
  return stream.isTTY && !process.env.NO_COLOR && text !== '' ? `\x1b[2m${text}\x1b[22m` : text;
}
