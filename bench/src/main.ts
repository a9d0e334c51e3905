import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CACHE } from './cache.ts';
import { type CheckpointFile, checkpointFile } from './checkpoint-file.ts';
import type { ChildTask, Side } from './child-task.ts';
import { engineVersion } from './engine-version.ts';
import { machine } from './machine.ts';
import type { MeasureName } from './measures.ts';
import { type BenchOptions, HELP, parseOptions } from './options.ts';
import { canMeasure, obstacle, type Peer } from './peers.ts';
import { reportRows, type Samples } from './report-rows.ts';
import { runChild } from './run-child.ts';
import { median } from './statistics.ts';
import { table } from './table.ts';
import { warmFile } from './warm-file.ts';

type Builds = Partial<Record<Peer, string>>;

const STARVED =
  'starved: a side had fewer cores than threads; end what else runs, or try --realtime (see bench/README.md)';

for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const)
  process.once(signal, () => process.exit(128 + number));

const options = readOptions();
if (!options) process.stdout.write(HELP);
else
  await bench(options).catch((error: Error) => {
    say(error.message);
    process.exitCode = 1;
  });

async function bench(options: BenchOptions): Promise<void> {
  const date = new Date().toISOString();
  const where = machine();
  const version = engineVersion();
  say(`${where.cpu}, ${where.cores} cores, Node ${where.node}, load average ${where.loadAverage.toFixed(2)}`);
  if (where.loadAverage > 0.5) say('other processes are running: expect noise');
  const notes: string[] = [];
  const peers = options.peers.filter((peer) => {
    const reason = obstacle(peer);
    if (reason !== null) note(`${peer} is left out: ${reason}`);
    return reason === null;
  });
  for (const peer of peers) {
    const left = options.measures.filter((measure) => !canMeasure(peer, measure));
    if (left.length > 0) note(`${peer} is not measured for ${left.join(', ')}`);
  }
  const all: Samples[] = [];
  const builds: Builds = {};
  for (const shape of options.shapes)
    for (const format of options.formats) {
      say(`${shape} ${format}: making the checkpoint, if it is not there`);
      const file = checkpointFile(shape, format);
      const samples: Samples = {
        shape,
        format,
        threads: options.threads,
        rounds: { lantern: [], ...Object.fromEntries(peers.map((peer) => [peer, []])) },
        limits: [],
      };
      all.push(samples);
      for (const measure of options.measures) {
        const able = peers.filter((peer) => canMeasure(peer, measure));
        const failures = await rounds(options, able, file, measure, samples, builds);
        for (const message of failures) note(message);
      }
    }
  const rows = all.flatMap(reportRows);
  const limits = all.flatMap((samples) => samples.limits);
  const result = { date, machine: where, lantern: version, builds, notes, options, rows, samples: all };
  const out = options.out ?? join(CACHE, 'results', `${date.replaceAll(':', '-')}.json`);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify(result, null, 2)}\n`);
  const limit = (key: keyof (typeof limits)[number]) => (median(limits.map((value) => value[key])) / 1e9).toFixed(1);
  process.stdout.write(
    `\n${table(rows)}\n\n` +
      `${where.cpu}, ${where.cores} cores, ${options.threads} threads${options.realtime ? ' in real time' : ''}, ${date.slice(0, 10)}; ` +
      `medians of ${options.rounds} rounds; ` +
      `memory ${limit('bytesPerSecond')} GB/s, arithmetic ${limit('operationsPerSecond')} Gop/s\n` +
      (rows.some(({ doubt }) => doubt === 'starved') ? `${STARVED}\n` : '') +
      `${[`Lantern ${version ?? '?'}`, ...Object.values(builds), ...notes].join('\n')}\nwritten to ${out}\n`,
  );

  function note(line: string): void {
    say(line);
    notes.push(line);
  }
}

/**
 * All sides in turn, in the other order each round. A peer that fails is left out of the rounds that follow; returns why.
 * Notes in `builds` what the peers are.
 */
async function rounds(
  { threads, rounds: count, peerCpu, realtime }: BenchOptions,
  peers: readonly Peer[],
  { path, bytes }: CheckpointFile,
  measure: MeasureName,
  { shape, format, rounds, limits }: Samples,
  builds: Builds,
): Promise<string[]> {
  const sides: Side[] = ['lantern', ...peers];
  const failures = new Map<Side, string>();
  for (let round = 0; round < count; round++) {
    limits.push((await runChild({ kind: 'limits', threads }, { realtime })).limits!);
    for (const side of sides) {
      if (failures.has(side)) continue;
      warmFile(path);
      const task = { path, shape, fileBytes: bytes, threads, seed: round + 1 };
      const child: ChildTask = { kind: 'measure', side, measure, task, ...(peerCpu && { peerCpu }) };
      const report = await runChild(child, { realtime }).catch((error: Error) => error);
      if (report instanceof Error) {
        const message = `${side} failed at ${measure} of ${shape} ${format}: ${report.message}`;
        if (side === 'lantern') throw new Error(message);
        failures.set(side, message);
        continue;
      }
      if (side !== 'lantern' && report.build !== undefined) builds[side] = report.build;
      rounds[side]!.push(report.figures!);
      const figures = Object.entries(report.figures!).map(([name, { value }]) => `${name} ${value.toPrecision(4)}`);
      say(`${shape} ${format} round ${round + 1}/${count} ${side}: ${figures.join(', ')}`);
    }
    sides.reverse();
  }
  return [...failures.values()];
}

function readOptions(): BenchOptions | null {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    process.exit(2);
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
