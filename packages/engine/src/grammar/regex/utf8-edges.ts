import type { Machine } from '../automaton/machine.ts';
import { State } from '../automaton/state.ts';

/** Characters that lead to a state. */
export type CharTarget = { readonly from: number; readonly to: number; readonly target: State };

/** A run of characters as ranges of each of its bytes. */
type Sequence = { readonly bytes: readonly (readonly [low: number, high: number])[]; readonly target: State };

const LENGTH_ENDS = [0x7f, 0x7ff, 0xffff, 0x10ffff];

/** Writes edges for characters as UTF-8. The ranges must not overlap. States within characters are made as needed. Ranges of characters become ranges of bytes as in RE2 (Russ Cox). */
export function addCharEdges(state: State, machine: Machine, targets: readonly CharTarget[]): void {
  addEdges(state, machine, targets.flatMap(sequencesOf));
}

function addEdges(state: State, machine: Machine, sequences: readonly Sequence[]): void {
  // Runs that share their first byte with another have no other first byte.
  const byFirst = new Map<number, Sequence[]>();
  for (const sequence of sequences) {
    const low = sequence.bytes[0]![0];
    const same = byFirst.get(low);
    if (same) same.push(sequence);
    else byFirst.set(low, [sequence]);
  }
  for (const same of byFirst.values()) {
    const [low, high] = same[0]!.bytes[0]!;
    const rest = same.map(({ bytes, target }) => ({ bytes: bytes.slice(1), target }));
    if (rest[0]!.bytes.length === 0) state.edge(low, high, rest[0]!.target);
    else state.edge(low, high, new State(machine, false, (next) => addEdges(next, machine, rest)));
  }
}

function sequencesOf({ from, to, target }: CharTarget): Sequence[] {
  for (const end of LENGTH_ENDS) {
    if (from <= end && to > end)
      return [...sequencesOf({ from, to: end, target }), ...sequencesOf({ from: end + 1, to, target })];
  }
  // Parts whose last bytes run from the first to the last value, so that the ranges of bytes are independent.
  for (let bits = 6; bits < 24 && to > 0x7f; bits += 6) {
    const mask = (1 << bits) - 1;
    if (from >> bits === to >> bits) continue;
    if ((from & mask) !== 0)
      return [
        ...sequencesOf({ from, to: from | mask, target }),
        ...sequencesOf({ from: (from | mask) + 1, to, target }),
      ];
    if ((to & mask) !== mask)
      return [...sequencesOf({ from, to: (to & ~mask) - 1, target }), ...sequencesOf({ from: to & ~mask, to, target })];
  }
  const low = utf8Of(from);
  const high = utf8Of(to);
  return [{ bytes: low.map((byte, i) => [byte, high[i]!] as const), target }];
}

function utf8Of(char: number): number[] {
  if (char < 0x80) return [char];
  if (char < 0x800) return [0xc0 | (char >> 6), 0x80 | (char & 63)];
  if (char < 0x10000) return [0xe0 | (char >> 12), 0x80 | ((char >> 6) & 63), 0x80 | (char & 63)];
  return [0xf0 | (char >> 18), 0x80 | ((char >> 12) & 63), 0x80 | ((char >> 6) & 63), 0x80 | (char & 63)];
}
