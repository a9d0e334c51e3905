import type { Machine } from './machine.ts';
import { State } from './state.ts';

const utf8 = new TextEncoder();

/** A state at which one of the texts comes, then `then`. Beginnings that texts share are shared. */
export function literals(machine: Machine, texts: readonly string[], then: State): State {
  return branch(
    machine,
    texts.map((text) => utf8.encode(text)),
    0,
    then,
  );
}

function branch(machine: Machine, texts: readonly Uint8Array[], depth: number, then: State): State {
  return new State(machine, false, (state) => {
    const byNext = new Map<number, Uint8Array[]>();
    let hasEnd = false;
    for (const text of texts) {
      const byte = text[depth];
      if (byte === undefined) hasEnd = true;
      else if (byNext.has(byte)) byNext.get(byte)!.push(text);
      else byNext.set(byte, [text]);
    }
    if (hasEnd) state.jump(then);
    for (const [byte, rest] of byNext) state.edge(byte, byte, branch(machine, rest, depth + 1, then));
  });
}
