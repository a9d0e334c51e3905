/** The first bytes of a file for an error message: as text where they are printable, else in hex. */
export function shownStart(bytes: Uint8Array): string {
  const start = bytes.subarray(0, 16);
  if (start.every((byte) => byte >= 32 && byte < 127)) return JSON.stringify(String.fromCharCode(...start));
  return Array.from(start, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
