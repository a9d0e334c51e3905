const LONGEST = 60;

/** What a conversation is called after its first message. */
export function titleOf(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (line === '') return 'Picture';
  return line.length > LONGEST ? `${line.slice(0, LONGEST).replace(/\s\S{0,12}$/, '')}…` : line;
}
