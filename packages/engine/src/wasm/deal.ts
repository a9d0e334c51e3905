import type { Lane } from './lane.ts';

/** What dealing asks of a lane. */
type Dealt = Pick<Lane, 'worker' | 'workers' | 'claim'>;

/** Part of what is left of a share that its next piece is. */
const PIECE_SHARE = 1 / 3;

/**
 * The part [from, to) of `count` units that is a worker's own, neighbours together; a single one is the first's, which is
 * never late.
 */
export function shareOf(
  { worker, workers }: { worker: number; workers: number },
  count: number,
): { from: number; to: number } {
  const part = (n: number) => Math.ceil((count * n) / workers);
  return { from: part(worker), to: part(worker + 1) };
}

/**
 * Deals out `count` units. Each worker walks through its own share from front to back, so that it reads memory in one go, and
 * then helps the others with theirs. Pieces shrink with what is left of a share: few claims, and yet the workers end
 * together, also where one of them is held up. `work` gets what is this lane's, in any order.
 */
export function deal(lane: Dealt, count: number, work: (from: number, to: number) => void): void {
  const { worker, workers } = lane;
  if (workers === 1) {
    if (count > 0) work(0, count);
    return;
  }
  for (let i = 0; i < workers; i++) dealShare(lane, (worker + i) % workers, count, work);
}

/** The same, unit by unit. */
export function dealEach(lane: Dealt, count: number, work: (unit: number) => void): void {
  deal(lane, count, (from, to) => {
    for (let unit = from; unit < to; unit++) work(unit);
  });
}

function dealShare(lane: Dealt, owner: number, count: number, work: (from: number, to: number) => void): void {
  const share = shareOf({ worker: owner, workers: lane.workers }, count);
  let { from } = share;
  if (from === share.to) return;
  // All workers cut alike, so a piece's bounds follow from its number.
  for (let piece = 0, claimed = lane.claim(owner); from < share.to; piece++) {
    const to = from + Math.ceil((share.to - from) * PIECE_SHARE);
    if (piece === claimed) {
      work(from, to);
      claimed = lane.claim(owner);
    }
    from = to;
  }
}
