// A picture of 1344×1344 pixels through the vision tower of a released size, with random weights: seconds, arithmetic, and
// what share that is of the f32 arithmetic that this machine shows just before and after.
// With --python, a Python that has torch and transformers runs the vendor's tower in turn.
// Run: npm run vision --prefix bench -- [--size 0.8b] [--threads 2] [--rounds 5] [--python PATH] [--json]
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { createEngine } from '@lantern/engine';
import { measureFloatPeak } from './measure-peak.ts';
import { randomTower, smallRandomModel, towerConfig, towerCost } from './random-tower.ts';
import { median } from './statistics.ts';
import { startVisionPeer } from './vision-peer.ts';

/** Patches down and across. */
const SIDE = 84;

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '0.8b' },
    threads: { type: 'string', default: String(Math.min(availableParallelism(), 8)) },
    rounds: { type: 'string', default: '5' },
    python: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const threads = Number(values.threads);
const vision = towerConfig(values.size);
const { config, weights } = smallRandomModel(vision);
await using engine = await createEngine(
  config,
  { ...weights, vision: randomTower(vision) },
  {
    threads,
    contextTokens: 256,
    maxSequences: 1,
  },
);
const frame = Uint8Array.from({ length: SIDE * SIDE * 768 }, (_, i) => Math.imul(i, 2654435761) >>> 24);
const operations = towerCost(vision, SIDE * SIDE);

const peer = values.python === undefined ? null : await startVisionPeer(values.python, vision, SIDE, threads);

type Round = { seconds: number; share: number; peak: number; longestPiece: number; peerSeconds: number | null };
const rounds: Round[] = [];
let costs: ReturnType<ReturnType<NonNullable<typeof engine.runner.profile>>['stop']> = [];
for (let round = -1; round < Number(values.rounds); round++) {
  const before = await measureFloatPeak(threads);
  const profile = engine.runner.profile!();
  let longestPiece = 0;
  const began = performance.now();
  const pieces = engine.runner.vision!.see({ rows: SIDE, columns: SIDE }, { frames: [frame, frame], hash: '' });
  for (let done: boolean | undefined = false; !done; ) {
    const start = performance.now();
    ({ done } = pieces.next());
    longestPiece = Math.max(longestPiece, performance.now() - start);
  }
  const seconds = (performance.now() - began) / 1000;
  const after = await measureFloatPeak(threads);
  const peerSeconds = peer && (await peer.see());
  // The first warms up.
  if (round < 0) profile.stop();
  else {
    costs = profile.stop();
    const peak = (before + after) / 2;
    rounds.push({ seconds, share: operations / seconds / peak, peak, longestPiece, peerSeconds });
    if (!values.json)
      console.log(
        `${seconds.toFixed(2)} s  ${giga(operations / seconds)} Gop/s  ${percent(operations / seconds / peak)} of ${giga(peak)}  longest piece ${longestPiece.toFixed(0)} ms${peerSeconds === null ? '' : `  transformers ${peerSeconds.toFixed(2)} s`}`,
      );
  }
}
peer?.close();
const seconds = median(rounds.map((round) => round.seconds));
const share = median(rounds.map((round) => round.share));
if (values.json) console.log(JSON.stringify({ size: values.size, threads, operations, seconds, share, rounds, costs }));
else {
  console.log(`median: ${seconds.toFixed(2)} s, ${percent(share)} of the f32 peak of ${threads} threads`);
  const peers = rounds.flatMap(({ peerSeconds }) => peerSeconds ?? []);
  if (peers.length > 0)
    console.log(`transformers: ${median(peers).toFixed(2)} s, ${(median(peers) / seconds).toFixed(2)} times as long`);
  for (const { label, seconds: spent, waiting, operations: done } of costs.slice(0, 12))
    console.log(
      `  ${label.padEnd(46)} ${spent.toFixed(2)} s, waiting ${waiting.toFixed(2)}${done > 0 ? `, ${giga(done / spent)} Gop/s` : ''}`,
    );
}

function giga(perSecond: number): string {
  return (perSecond / 1e9).toFixed(0);
}

function percent(part: number): string {
  return `${(100 * part).toFixed(0)} %`;
}
