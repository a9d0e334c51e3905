import type { MediaSlice } from './media.ts';

/** Name of a slice: SHA-256, in hex, of its shape in pixels and of what its frames hash to. */
export async function sliceHash(height: number, width: number, frames: MediaSlice['frames']): Promise<string> {
  const [first, second] = frames;
  const firstDigest = await sha256(first);
  const secondDigest = second === first ? firstDigest : await sha256(second);
  const whole = new Uint8Array(8 + 2 * firstDigest.length);
  new DataView(whole.buffer).setUint32(0, height);
  new DataView(whole.buffer).setUint32(4, width);
  whole.set(firstDigest, 8);
  whole.set(secondDigest, 8 + firstDigest.length);
  return Array.from(await sha256(whole), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}
