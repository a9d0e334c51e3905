import { createHash } from 'node:crypto';
import { badField } from '../http/api-error.ts';

const OWN = /^lantern1\.[\w-]{43}$/;

/**
 * The `signature` of a thought: a hash of it. It shows that a thought came back as it went out; it does not prove who
 * made it, and nothing depends on that.
 */
export function thinkingSignature(thinking: string): string {
  return `lantern1.${createHash('sha256').update(thinking).digest('base64url')}`;
}

/**
 * Throws a 400 for a thought under a signature of ours that is not the one that was signed. Thoughts without a signature,
 * or with that of another server, are taken as they are.
 */
export function checkSignature(thinking: string, signature: string | null | undefined, where: string): void {
  if (!signature || !OWN.test(signature) || signature === thinkingSignature(thinking)) return;
  throw badField(
    `${where}.signature`,
    `${where}.signature is that of another thought; send thinking blocks back as they came, or leave them out`,
  );
}
