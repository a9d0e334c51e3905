import { LanternError } from '../errors.ts';
import type { SequenceState, SequenceStates } from '../model/sequence-states.ts';
import type { PrefixKey } from './prefix-cache.ts';

/** A state and the prompt that it has absorbed, as bytes: how long the prompt's JSON is, that JSON, the state. */
export function writePrefix(states: SequenceStates, prompt: PrefixKey, state: SequenceState): Uint8Array {
  const key = new TextEncoder().encode(JSON.stringify(Array.from(prompt)));
  const saved = states.save(state);
  const bytes = new Uint8Array(4 + key.length + saved.length);
  new DataView(bytes.buffer).setUint32(0, key.length, true);
  bytes.set(key, 4);
  bytes.set(saved, 4 + key.length);
  return bytes;
}

/** The same read back. The caller drops the state. Throws a LanternError where the bytes are not this model's. */
export function readPrefix(
  states: SequenceStates,
  bytes: Uint8Array,
): { prompt: (number | string)[]; state: SequenceState } {
  const bad = () => new LanternError('bad-input', 'these bytes are not a saved prefix');
  if (bytes.length < 4) throw bad();
  const at = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (at > bytes.length) throw bad();
  const prompt = parseKey(new TextDecoder().decode(bytes.subarray(4, at)));
  if (!prompt) throw bad();
  const state = states.restore(bytes.subarray(at));
  if (state.length === prompt.length) return { prompt, state };
  states.drop(state);
  throw bad();
}

function parseKey(text: string): (number | string)[] | null {
  try {
    const key: unknown = JSON.parse(text);
    const isPlace = (place: unknown) => typeof place === 'string' || Number.isInteger(place);
    return Array.isArray(key) && key.every(isPlace) ? key : null;
  } catch {
    return null;
  }
}
