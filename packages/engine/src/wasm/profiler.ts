import { PAGE_TOKENS } from '../model/batch.ts';
import type { StepCost } from '../model/step-cost.ts';
import type { Product } from './addresses.ts';
import { type Lane, rowsNow } from './lane.ts';
import type { Op } from './ops.ts';
import { choicesOf } from './steps/experts.ts';

/** Adds up what the steps of batches cost. */
export class Profiler {
  readonly #costs = new Map<string, StepCost>();
  /** Seconds in barriers so far. */
  waited = 0;

  /** Costs by kind of step, the longest first. */
  get costs(): StepCost[] {
    return [...this.#costs.values()].sort((a, b) => b.seconds - a.seconds);
  }

  add(op: Op, lane: Lane, seconds: number, waiting: number): void {
    const { bytes, operations } = workOf(op, lane);
    const cost = this.#costs.get(op.label) ?? {
      label: op.label,
      calls: 0,
      seconds: 0,
      waiting: 0,
      bytes: 0,
      operations: 0,
    };
    cost.calls++;
    cost.seconds += seconds;
    cost.waiting += waiting;
    cost.bytes += bytes;
    cost.operations += operations;
    this.#costs.set(op.label, cost);
  }
}

type Work = { bytes: number; operations: number };

/** What a step has to read and to compute for a batch; nothing for those that only touch activations. */
function workOf(op: Op, lane: Lane): Work {
  const { batch } = lane;
  switch (op.op) {
    case 'project': {
      const { count: rows } = rowsNow(lane, op.rows);
      return sum(op.products.map((product) => productWork(product, rows)));
    }
    case 'vision-project':
      return productWork(op.product, rowsNow(lane, op.rows).count);
    case 'attend-patches': {
      const { count, rows, columns } = lane.chunk;
      return { bytes: 0, operations: 4 * count * rows * columns * op.heads * op.headDim };
    }
    case 'experts': {
      const rows = new Map<number, number>();
      for (let t = 0; t < batch.ids.length; t++)
        for (const expert of choicesOf(op, lane, t).experts) rows.set(expert, (rows.get(expert) ?? 0) + 1);
      return sum(
        Array.from(rows, ([expert, count]) => {
          const { gate, up, down } = op.experts[expert]!;
          return sum([gate, up, down].map((product) => productWork(product, count)));
        }),
      );
    }
    case 'attend': {
      const keyValueHeads = op.heads / op.group;
      return sum(
        batch.sequences.map(({ start, count }) => {
          const pages = Math.ceil((start + count) / PAGE_TOKENS);
          // Row i of the chunk sees start + i + 1 tokens; for each, a dot product and a weighted sum.
          const seen = count * start + (count * (count + 1)) / 2;
          return {
            bytes: pages * keyValueHeads * 2 * op.cache.layout.headBytes,
            operations: seen * op.heads * op.headBytes,
          };
        }),
      );
    }
    case 'delta-rule': {
      const perToken = (op.valueHeads * op.stateBytes) / 4;
      return {
        bytes: batch.sequences.length * op.valueHeads * op.stateBytes * 2,
        // Decay, k·S, the update and q·S: seven operations a number of the state.
        operations: batch.ids.length * perToken * 7,
      };
    }
    default:
      return { bytes: 0, operations: 0 };
  }
}

function productWork({ matrix }: Product, rows: number): Work {
  return { bytes: matrix.panels * matrix.panelBytes, operations: 2 * matrix.rows * matrix.columns * rows };
}

function sum(works: readonly Work[]): Work {
  return works.reduce((a, b) => ({ bytes: a.bytes + b.bytes, operations: a.operations + b.operations }), {
    bytes: 0,
    operations: 0,
  });
}
