import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CACHE } from './cache.ts';
import { type CheckpointFile, checkpointFile } from './checkpoint-file.ts';
import type { ChildTask, Side } from './child-task.ts';
import { engineVersion } from './engine-version.ts';
import { llamaBinaries } from './llama-addon.ts';
import { machine } from './machine.ts';
import { type BenchOptions, HELP, parseOptions } from './options.ts';
import { reportRows, type Samples } from './report-rows.ts';
import { runChild } from './run-child.ts';
import { median } from './statistics.ts';
import { table } from './table.ts';
import { warmFile } from './warm-file.ts';

const STARVED =
  'starved: a side had fewer cores than threads; end what else runs, or try --realtime (see bench/README.md)';

const options = readOptions();
if (!options) process.stdout.write(HELP);
else
  await bench(options).catch((error: Error) => {
    say(error.message);
    process.exitCode = 1;
  });

async function bench(options: BenchOptions): Promise<void> {
  if (options.peer) llamaBinaries();
  const date = new Date().toISOString();
  const where = machine();
  const version = engineVersion();
  say(`${where.cpu}, ${where.cores} cores, Node ${where.node}, load average ${where.loadAverage.toFixed(2)}`);
  if (where.loadAverage > 0.5) say('other processes are running: expect noise');
  const all: Samples[] = [];
  let build: string | undefined;
  for (const shape of options.shapes)
    for (const format of options.formats) {
      say(`${shape} ${format}: making the checkpoint, if it is not there`);
      const file = checkpointFile(shape, format);
      const samples: Samples = {
        shape,
        format,
        threads: options.threads,
        rounds: { lantern: [], llama: [] },
        limits: [],
      };
      all.push(samples);
      for (const measure of options.measures) build = (await rounds(options, file, measure, samples)) ?? build;
    }
  const rows = all.flatMap(reportRows);
  const limits = all.flatMap((samples) => samples.limits);
  const result = { date, machine: where, lantern: version, llama: build ?? null, options, rows, samples: all };
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
      `Lantern ${version ?? '?'}\n${build ? `${build}\n` : ''}written to ${out}\n`,
  );
}

/** Both sides in turn, the one first that came second in the round before. Returns which llama.cpp it was. */
async function rounds(
  { threads, rounds: count, peer, peerCpu, realtime }: BenchOptions,
  { path, bytes }: CheckpointFile,
  measure: BenchOptions['measures'][number],
  { shape, format, rounds, limits }: Samples,
): Promise<string | undefined> {
  const sides: Side[] = peer ? ['lantern', 'llama'] : ['lantern'];
  let build: string | undefined;
  for (let round = 0; round < count; round++) {
    limits.push((await runChild({ kind: 'limits', threads }, { realtime })).limits!);
    for (const side of sides) {
      warmFile(path);
      const task = { path, fileBytes: bytes, threads, seed: round + 1 };
      const child: ChildTask = { kind: 'measure', side, measure, task, ...(peerCpu && { peerCpu }) };
      const report = await runChild(child, { realtime });
      build ??= report.build;
      rounds[side].push(report.figures!);
      const figures = Object.entries(report.figures!).map(([name, { value }]) => `${name} ${value.toPrecision(4)}`);
      say(`${shape} ${format} round ${round + 1}/${count} ${side}: ${figures.join(', ')}`);
    }
    sides.reverse();
  }
  return build;
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
