import type { ExactObject } from '../exact-json.ts';
import { parseLoosely } from './typed-argument.ts';

/** The call in `{"name": …, "arguments": {…}}`, the form of older models; null for anything else. */
export function jsonCall(text: string): { name: string; arguments: ExactObject } | null {
  const call = parseLoosely(text.trim());
  if (!(call instanceof Map)) return null;
  const name = call.get('name');
  const written = call.get('arguments') ?? new Map();
  const args = typeof written === 'string' ? parseLoosely(written) : written;
  if (typeof name !== 'string' || name === '' || !(args instanceof Map)) return null;
  return { name, arguments: args };
}
