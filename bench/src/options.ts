import { parseArgs } from 'node:util';
import { BENCH_SHAPES, TRAINED } from './bench-shapes.ts';
import { MEASURES, type MeasureName } from './measures.ts';
import { PEERS, type Peer } from './peers.ts';

export type BenchOptions = {
  shapes: string[];
  formats: string[];
  measures: MeasureName[];
  threads: number;
  rounds: number;
  /** What runs in turn with Lantern. */
  peers: Peer[];
  peerCpu: string | undefined;
  /** Whether all run in real-time scheduling. */
  realtime: boolean;
  /** Where the JSON goes; by default into the cache. */
  out: string | undefined;
};

export const FORMATS: readonly string[] = ['q4_0', 'q8_0', 'q4_k_m', 'iq4_nl', 'q4_1', 'q4_k', 'q5_k', 'q6_k', 'f16'];

export const HELP = `Usage: npm run bench -- [options]

  --shapes LIST    ${BENCH_SHAPES.join(', ')} (default 0.8b);
                   with --only accuracy also ${TRAINED}, the model that comes with Lantern
  --formats LIST   ${FORMATS.join(', ')} (default q4_0,q8_0)
  --only LIST      ${Object.keys(MEASURES).join(', ')} (default prefill,decode)
  --peers LIST     ${PEERS.join(', ')}, or none (default llama.cpp)
  --threads N      of each engine (default 2)
  --rounds N       how often each engine runs, in turn (default 5)
  --peer-cpu NAME  llama.cpp's build for another x86 processor, such as haswell for AVX2 (default: its choice)
  --realtime       all under SCHED_RR (Linux, root): where the system leaves threads on one core beside an idle one
  --out FILE       where the JSON goes (default: bench/.cache/results)
`;

/** Throws an Error that names the option and what is allowed. Null: help is wanted. */
export function parseOptions(args: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      shapes: { type: 'string', default: '0.8b' },
      formats: { type: 'string', default: 'q4_0,q8_0' },
      only: { type: 'string', default: 'prefill,decode' },
      threads: { type: 'string', default: '2' },
      rounds: { type: 'string', default: '5' },
      peers: { type: 'string', default: 'llama.cpp' },
      realtime: { type: 'boolean', default: false },
      'peer-cpu': { type: 'string' },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const measures = list('only', values.only, Object.keys(MEASURES)) as MeasureName[];
  const trained = measures.every((measure) => measure === 'accuracy') ? [TRAINED] : [];
  return {
    shapes: list('shapes', values.shapes, [...BENCH_SHAPES, ...trained]),
    formats: list('formats', values.formats, FORMATS),
    measures,
    threads: whole('threads', values.threads),
    rounds: whole('rounds', values.rounds),
    peers: values.peers === 'none' ? [] : (list('peers', values.peers, PEERS) as Peer[]),
    peerCpu: values['peer-cpu'],
    realtime: values.realtime,
    out: values.out,
  };
}

function list(name: string, value: string, known: readonly string[]): string[] {
  const items = value.toLowerCase().split(',');
  const strange = items.find((item) => !known.includes(item));
  if (strange !== undefined) throw new Error(`--${name}: "${strange}" is not one of ${known.join(', ')}`);
  return [...new Set(items)];
}

function whole(name: string, value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new Error(`--${name} is "${value}"; it must be a whole number from 1`);
  return Number(value);
}
