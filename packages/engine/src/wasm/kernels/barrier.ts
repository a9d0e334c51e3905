import { block, br, br_if, drop, type Func, func, i32, if_, loop, notify, wait32 } from '../assembler/index.ts';
import { plus } from './emit.ts';

/** Bytes of a barrier's control block: arrivals, the number of the last finished crossing, sleepers, a line each. */
export const BARRIER_BYTES = 192;
const ARRIVED = 0;
export const BARRIER_SENSE = 64;
const SLEEPERS = 128;

/**
 * Turns before a waiting thread goes to sleep: some 50 to 100 µs, longer than it takes to wake a sleeper. With fewer,
 * one sleep makes the other side sleep at the next crossing, and so on for ever; with many more, a thread that has lost
 * its core to another program holds the others up.
 */
const SPINS = 50_000;

/**
 * `barrier(control, parties)`: returns when `parties` threads have called it. The last to arrive moves the sense on; the
 * others spin on it, then sleep.
 */
export function barrierKernel(): Func {
  return func('barrier', ['i32', 'i32'], ([control, parties], { local }) => {
    const [seen, left] = [local('i32'), local('i32')];
    const sense = plus(control.get, BARRIER_SENSE);
    const sleepers = plus(control.get, SLEEPERS);
    const one = i32.const(1);
    return [
      seen.set(i32.atomic.load(sense)),
      if_(
        i32.eq(i32.add(i32.atomic.add(plus(control.get, ARRIVED), one), one), parties.get),
        [
          i32.atomic.store(plus(control.get, ARRIVED), i32.const(0)),
          i32.atomic.store(sense, i32.add(seen.get, one)),
          // A sleeper counts itself in before `wait32` compares: either it is seen here, or it sees the new sense.
          if_(i32.atomic.load(sleepers), [notify(sense, parties.get)]),
        ],
        [
          left.set(i32.const(SPINS)),
          block(
            loop(
              br_if(1, i32.ne(i32.atomic.load(sense), seen.get)),
              br_if(0, left.tee(i32.sub(left.get, one))),
              drop(i32.atomic.add(sleepers, one)),
              wait32(sense, seen.get),
              drop(i32.atomic.add(sleepers, i32.const(-1))),
              left.set(one),
              br(0),
            ),
          ),
        ],
      ),
    ];
  });
}
