/** The text without control characters other than line breaks and tabs, so that it cannot drive a terminal. */
export function printable(text: string): string {
  return text.replace(/(?![\n\t])\p{Cc}/gu, '');
}
