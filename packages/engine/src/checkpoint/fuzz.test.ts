import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LanternError } from '../errors.ts';
import { Random } from '../generate/random.ts';
import { recordForward } from '../model/forward.ts';
import { matricesOf } from '../model/plan-matrices.ts';
import type { Checkpoint } from './checkpoint.ts';
import { describeCheckpoint } from './describe.ts';
import { loadGguf } from './load-gguf.ts';
import { loadHuggingFace } from './load-hugging-face.ts';
import { fixture, memoryFolder } from './test-support.ts';

/** What any damaged checkpoint may allocate on top of a copy of its file, and how long it may take. */
const MAX_BYTES = 32e6;
const MAX_MS = 2000;

/** Numbers that have broken parsers. */
const EDGES = [
  0n,
  1n,
  7n,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  1n << 32n,
  1n << 53n,
  (1n << 63n) - 1n,
  1n << 63n,
  (1n << 64n) - 1n,
];
const JUNK: unknown[] = [null, true, 0, 1, -1, 1.5, 3, 1e9, 2 ** 53, 1e308, '', 'x', [], {}, [0], [1, 2, 3], { a: 1 }];

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random.next() * list.length)]!;

/** One to three random injuries, most of them within the first `front` bytes. */
function injure(file: Uint8Array, front: number, random: Random): Uint8Array {
  let bytes = file.slice();
  for (let n = Math.ceil(random.next() * 3); n > 0; n--) {
    const reach = random.next() < 0.9 ? Math.min(front, bytes.length) : bytes.length;
    const at = Math.floor(random.next() * reach);
    const view = new DataView(bytes.buffer);
    switch (Math.floor(random.next() * 7)) {
      case 0:
        bytes[at] = random.next() * 256;
        break;
      case 1:
        bytes[at] = bytes[at]! ^ (1 << Math.floor(random.next() * 8));
        break;
      case 2:
        if (at + 8 <= bytes.length) view.setBigUint64(at, pick(random, EDGES), true);
        break;
      case 3:
        if (at + 4 <= bytes.length) view.setUint32(at, Number(pick(random, EDGES) & 0xffffffffn), true);
        break;
      case 4:
        bytes = bytes.slice(0, random.next() < 0.5 ? at : Math.floor(random.next() * bytes.length));
        break;
      case 5: {
        // Some bytes are lost, the rest moves up.
        bytes.copyWithin(at, at + Math.ceil(random.next() * 16));
        break;
      }
      default:
        bytes.copyWithin(at, Math.floor(random.next() * reach), Math.floor(random.next() * reach));
    }
    if (bytes.length === 0) break;
  }
  return bytes;
}

/** JSON with one to three values, wherever they are, replaced by junk, removed or doubled. */
function injureJson(text: string, random: Random): string {
  const root: unknown = JSON.parse(text);
  for (let n = Math.ceil(random.next() * 3); n > 0; n--) {
    let node = root as Record<string, unknown>;
    for (;;) {
      const keys = Object.keys(node);
      if (keys.length === 0) break;
      const key = pick(random, keys);
      const child = node[key];
      if (typeof child === 'object' && child !== null && random.next() < 0.9) {
        node = child as Record<string, unknown>;
        continue;
      }
      if (random.next() < 0.2) delete node[key];
      else
        node[key] = typeof child === 'number' && random.next() < 0.3 ? child * 2 : structuredClone(pick(random, JUNK));
      break;
    }
  }
  return JSON.stringify(root);
}

/** A safetensors file whose header, as JSON, is injured and then stands in a file that is whole. */
function injureHeader(file: Uint8Array, random: Random): Uint8Array {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = new TextEncoder().encode(injureJson(new TextDecoder().decode(file.subarray(8, 8 + length)), random));
  const out = new Uint8Array(8 + header.length + file.length - 8 - length);
  new DataView(out.buffer).setBigUint64(0, BigInt(header.length), true);
  out.set(header, 8);
  out.set(file.subarray(8 + length), 8 + header.length);
  return out;
}

/** Opens, describes, reads the first and last row of everything. Anything but success or our own error is a failure. */
function attempt(open: () => Checkpoint, label: string, full: boolean): boolean {
  const started = performance.now();
  const before = process.memoryUsage().arrayBuffers;
  let fine = true;
  try {
    const checkpoint = open();
    for (const { rows, read } of matricesOf(recordForward(checkpoint.config, checkpoint.weights()))) {
      read(0, 1);
      read(rows - 1, rows);
    }
    if (full) describeCheckpoint(checkpoint, { contextTokens: 16 });
    checkpoint.close();
  } catch (error) {
    if (!(error instanceof LanternError)) throw new Error(`${label}: ${String(error)}`, { cause: error });
    assert.ok(!error.message.includes('\n') && error.message.length < 600, `${label}: ${error.message}`);
    fine = false;
  }
  const spent = performance.now() - started;
  assert.ok(spent < MAX_MS, `${label}: ${spent} ms`);
  const grown = process.memoryUsage().arrayBuffers - before;
  assert.ok(grown < MAX_BYTES, `${label}: ${grown} bytes`);
  return fine;
}

/** Runs `rounds` attempts and checks that injuries both were noticed and were survived. */
function fuzz(rounds: number, open: (random: Random) => Checkpoint): void {
  let survived = 0;
  for (let seed = 0; seed < rounds; seed++)
    if (attempt(() => open(new Random(seed)), `seed ${seed}`, seed % 8 === 0)) survived++;
  assert.ok(survived < rounds, 'no injury was noticed');
}

const HEADER_BYTES = 30_000;

for (const name of ['gguf-r1-q4_0', 'gguf-moe-q8_0', 'gguf-r4-k']) {
  test(`damaged GGUF: ${name}`, { timeout: 60_000 }, () => {
    const file = new Uint8Array(readFileSync(join(fixture(name), 'model.gguf')));
    fuzz(600, (random) => {
      const front = random.next() < 0.3 ? 2000 : HEADER_BYTES;
      return loadGguf(memoryFolder({ 'm.gguf': injure(file, front, random) }), 'm.gguf', null);
    });
  });
}

for (const name of ['dense-tied-r1', 'moe-vision-r2', 'fp8-moe', 'gptq-dense', 'dense-r3-yarn']) {
  const files: Record<string, Uint8Array> = {};
  for (const file of readdirSync(fixture(name)))
    if (!file.startsWith('golden')) files[file] = new Uint8Array(readFileSync(join(fixture(name), file)));
  const shards = Object.keys(files).filter((file) => file.endsWith('.safetensors'));
  const texts = Object.keys(files).filter((file) =>
    /^(config|generation_config|tokenizer_config|model.*index)\.json$|index\.json$/.test(file),
  );

  test(`damaged safetensors: ${name}`, { timeout: 60_000 }, () => {
    fuzz(300, (random) => {
      const shard = pick(random, shards);
      const file =
        random.next() < 0.5 ? injure(files[shard]!, HEADER_BYTES, random) : injureHeader(files[shard]!, random);
      return loadHuggingFace(memoryFolder({ ...files, [shard]: file }));
    });
  });

  test(`damaged JSON: ${name}`, { timeout: 60_000 }, () => {
    fuzz(300, (random) => {
      const name = random.next() < 0.7 ? 'config.json' : pick(random, texts);
      const text = new TextDecoder().decode(files[name]!);
      const broken = random.next() < 0.2 ? injure(files[name]!, text.length, random) : injureJson(text, random);
      return loadHuggingFace(memoryFolder({ ...files, [name]: broken }));
    });
  });
}
