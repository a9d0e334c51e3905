import type { Batch } from '../model/batch.ts';
import { type ControlAt, countPanels, type Product } from './addresses.ts';
import { shareOf } from './deal.ts';
import { BARRIER_SENSE } from './kernels/barrier.ts';
import { instantiate, type Lane, rowAt } from './lane.ts';
import type { Programs } from './ops.ts';
import { SIGNAL_FAILED, SIGNAL_WORDS } from './signals.ts';

/** All that a worker is told, once. Everything in it can be sent to another thread. */
export type LaneSetup = {
  worker: number;
  workers: number;
  memories: WebAssembly.Memory[];
  modules: WebAssembly.Module[];
  programs: Programs;
  control: ControlAt;
};

/** Bytes that a worker touches ahead at most: a part of its own cache, which what it works on now must share. */
const AHEAD_MOST = 1 << 17;

/** Words from one counter of claims to the next: a cache line. */
const CLAIM_WORDS = 16;
/** Bytes of a worker's counters of claims. Two take turns: while one counts those since the last barrier, the other is set back. */
export const CLAIM_BYTES: number = 2 * CLAIM_WORDS * 4;

/** Instantiates the kernels once for each arena and ties them to the barrier in arena 0. */
export function makeLane(setup: LaneSetup): Lane & { release(): void } {
  const { worker, workers, memories, modules, control } = setup;
  const arenas = memories.map((memory) => ({
    kernels: instantiate(modules, memory),
    buffer: memory.buffer as ArrayBufferLike,
    bytes: new Uint8Array(memory.buffer),
    floats: new Float32Array(memory.buffer),
  }));
  const signals = new Int32Array(memories[0]!.buffer, control.signals, SIGNAL_WORDS);
  const sense = new Int32Array(memories[0]!.buffer, control.barrier + BARRIER_SENSE, 1);
  const cross = arenas[0]!.kernels.barrier!;
  const claims = Array.from(
    { length: workers },
    (_, owner) => new Int32Array(memories[0]!.buffer, rowAt(control.claims, owner), 2 * CLAIM_WORDS),
  );
  let current = 0;
  const aheadAt = rowAt(control.ahead, worker);
  const aheadWords = new Int32Array(memories[0]!.buffer, aheadAt, 2);
  let told: Product[] | null = null;
  /** Tells the barrier what to touch, where that is new. */
  const lookAhead = () => {
    if (lane.ahead === told) return;
    told = lane.ahead;
    [aheadWords[0], aheadWords[1]] = told ? beginningOfShare(told, lane) : [0, 0];
  };
  const batch: Batch = {
    ids: new Int32Array(),
    positions: new Int32Array(),
    positionsBefore: new Int32Array(),
    sequences: [],
    seen: [],
    outputs: new Int32Array(),
  };
  const lane: Lane = {
    worker,
    workers,
    arenas,
    batch,
    chunk: { first: 0, count: 0, rows: 0, columns: 0 },
    profiler: null,
    ahead: null,
    barrier() {
      if (workers === 1) return;
      const began = lane.profiler ? performance.now() : 0;
      lookAhead();
      cross(control.barrier, workers, aheadAt);
      if (lane.profiler) lane.profiler.waited += (performance.now() - began) / 1000;
      // Nobody claims by the old counters any more, and nobody will before the next barrier.
      Atomics.store(claims[worker]!, current, 0);
      current = CLAIM_WORDS - current;
      if (Atomics.load(signals, SIGNAL_FAILED) !== 0) throw new Error('another worker failed');
    },
    claim(owner) {
      return Atomics.add(claims[owner]!, current, 1);
    },
  };
  return Object.assign(lane, {
    release() {
      Atomics.add(sense, 0, 1);
      Atomics.notify(sense, 0);
    },
  });
}

/** Where a worker's share of the panels of some products begins, and how far it is to touch them ahead. */
function beginningOfShare(products: Product[], lane: Lane): [from: number, to: number] {
  let panel = shareOf(lane, countPanels(products)).from;
  for (const { matrix } of products) {
    const from = matrix.at + panel * matrix.panelBytes;
    if (panel < matrix.panels)
      return [from, Math.min(from + AHEAD_MOST, matrix.at + matrix.panels * matrix.panelBytes)];
    panel -= matrix.panels;
  }
  return [0, 0];
}
