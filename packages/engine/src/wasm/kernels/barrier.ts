import { block, br, br_if, drop, type Func, func, i32, if_, loop, notify, wait32 } from '../assembler/index.ts';
import { plus } from './emit.ts';

/** Bytes of the memory that a waiting thread is to touch: where it goes on, and where that ends. */
export const AHEAD_BYTES = 12;
const AHEAD_END = 4;
const AHEAD_SEEN = 8;
/** Bytes of a cache line: touching one of them brings it along. */
const LINE = 64;

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
 * `barrier(control, parties, ahead)`: returns when `parties` threads have called it. The last to arrive moves the sense on;
 * the others spin on it, then sleep. While it spins, a thread touches the memory that the words at `ahead` name, line by
 * line, and moves them on: WebAssembly has no prefetch, and what will be read next may as well come while one waits.
 */
export function barrierKernel(): Func {
  return func('barrier', ['i32', 'i32', 'i32'], ([control, parties, ahead], { local }) => {
    const [seen, left, next, touched] = [local('i32'), local('i32'), local('i32'), local('i32')];
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
          next.set(i32.load(ahead.get)),
          block(
            loop(
              br_if(1, i32.ne(i32.atomic.load(sense), seen.get)),
              if_(i32.lt_u(next.get, i32.load(ahead.get, AHEAD_END)), [
                touched.set(i32.add(touched.get, i32.load(next.get))),
                next.set(i32.add(next.get, i32.const(LINE))),
              ]),
              br_if(0, left.tee(i32.sub(left.get, one))),
              drop(i32.atomic.add(sleepers, one)),
              wait32(sense, seen.get),
              drop(i32.atomic.add(sleepers, i32.const(-1))),
              left.set(one),
              br(0),
            ),
          ),
          i32.store(ahead.get, next.get),
          // Kept, lest a compiler leaves the loads out.
          i32.store(ahead.get, touched.get, AHEAD_SEEN),
        ],
      ),
    ];
  });
}
