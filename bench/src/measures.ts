import { resourceUsage } from 'node:process';
import type { BenchModel, Setup } from './bench-model.ts';
import type { Figure, Figures } from './figure.ts';
import { randomIds } from './random-ids.ts';
import { median } from './statistics.ts';

export const PROMPT = 512;
export const DECODED = 64;
/** Steps before those that count. */
export const WARM_STEPS = 4;
export const PREFILLS = 3;
const TOGETHER = 16;
const CONVERSATION = 4096;
const FOLLOW_UP = 32;
const LONG = 32_768;

export type MeasureTask = {
  path: string;
  shape: string;
  fileBytes: number;
  threads: number;
  /** Another seed, other tokens. */
  seed: number;
};

export type Open = (setup: Setup) => Promise<BenchModel>;

type Measure = (open: Open, task: MeasureTask) => Promise<Figures>;

/** What can be measured, each in a process of its own. */
export const MEASURES = {
  async prefill(open, task) {
    const model = await open(setup(task, PROMPT));
    return { prefill: await prefillSpeed(model, task) };
  },

  async decode(open, task) {
    const model = await open(setup(task, PROMPT + WARM_STEPS + DECODED));
    return { decode: await decodeSpeed(model, task, { context: PROMPT }) };
  },

  async parallel(open, task) {
    const model = await open(setup(task, PROMPT + WARM_STEPS + DECODED, TOGETHER));
    return { parallel: await decodeSpeed(model, task, { context: PROMPT, sequences: TOGETHER }) };
  },

  async turn(open, task) {
    const model = await open({ ...setup(task, CONVERSATION + FOLLOW_UP), remember: true });
    const random = randomIds(task.seed);
    const first = random(CONVERSATION);
    await model.turn(first);
    const follow = await timed(() => model.turn([...first, ...random(FOLLOW_UP)]));
    if (follow.result.cached !== CONVERSATION) throw new Error(`only ${follow.result.cached} tokens were remembered`);
    const anew = await timed(() => model.turn(random(CONVERSATION + FOLLOW_UP)));
    if (anew.result.cached !== 0) throw new Error(`${anew.result.cached} tokens of another prompt were remembered`);
    return {
      'second-turn': { value: follow.seconds },
      'whole-turn': { value: anew.seconds },
      'turn-speedup': { value: anew.seconds / follow.seconds },
    };
  },

  /** From the start of the process, its imports included. */
  async load(open, task) {
    const model = await open(setup(task, PROMPT));
    await model.run([{ sequence: 0, ids: randomIds(task.seed)(1), logits: true }]);
    return { load: { value: performance.now() / 1000 } };
  },

  async memory(open, task) {
    const model = await open({ ...setup(task, CONVERSATION), remember: true });
    await absorb(model, randomIds(task.seed)(CONVERSATION));
    return { memory: { value: (resourceUsage().maxRSS * 1024) / task.fileBytes } };
  },

  async threads(open, task) {
    const speeds: { prefill: Figure; decode: Figure }[] = [];
    for (const threads of [1, task.threads]) {
      const model = await open({ ...setup(task, PROMPT + WARM_STEPS + DECODED), threads });
      const prefill = await prefillSpeed(model, task);
      speeds.push({ prefill, decode: await decodeSpeed(model, task, { context: PROMPT }) });
      await model.close();
    }
    const [one, all] = [speeds[0]!, speeds[1]!];
    return {
      'threads-prefill': { ...coresOf(all.prefill), value: all.prefill.value / one.prefill.value },
      'threads-decode': { ...coresOf(all.decode), value: all.decode.value / one.decode.value },
    };
  },

  async long(open, task) {
    const model = await open(setup(task, LONG + WARM_STEPS + DECODED));
    const short = await decodeSpeed(model, task, { context: PROMPT });
    const long = await decodeSpeed(model, task, { context: LONG });
    const bytes = (await model.decodeBytes(1, LONG)) / (await model.decodeBytes(1, PROMPT));
    return { 'long-decode': long, 'long-excess': { ...coresOf(long), value: short.value / long.value / bytes } };
  },

  /** How far rounding takes the logits from those of Lantern's own path that rounds nothing. */
  async accuracy(open, task) {
    const [{ klDivergence }, { openLantern }, { scoreIds }] = await Promise.all([
      import('../../packages/engine/src/generate/divergence.ts'),
      import('./lantern-model.ts'),
      import('./score-ids.ts'),
    ]);
    const sequences = scoreIds(task.shape, task.seed);
    const longest = Math.max(...sequences.map((ids) => ids.length));
    const exact = await openLantern(setup(task, longest), { exact: true });
    const model = await open(setup(task, longest));
    let [sum, positions] = [0, 0];
    for (const ids of sequences) {
      const rows = model.logitRows(ids);
      for await (const truth of exact.logitRows(ids)) {
        const { value: row } = await rows.next();
        if (row?.length !== truth.length) throw new Error(`${row?.length} logits, not ${truth.length}`);
        sum += klDivergence(truth, row);
        positions++;
      }
      await rows.return();
    }
    return { divergence: { value: sum / positions } };
  },
} satisfies Record<string, Measure>;

export type MeasureName = keyof typeof MEASURES;

function setup({ path, threads }: MeasureTask, contextTokens: number, sequences = 1): Setup {
  return { path, threads, contextTokens, sequences };
}

/** Tokens a second of whole prompts, the first of which does not count. */
async function prefillSpeed(model: BenchModel, { seed }: MeasureTask): Promise<Figure> {
  const random = randomIds(seed);
  await absorb(model, random(PROMPT));
  const seconds: number[] = [];
  const cores = coresUsed();
  for (let i = 0; i < PREFILLS; i++) {
    const ids = random(PROMPT);
    seconds.push((await timed(() => absorb(model, ids))).seconds);
  }
  const used = cores();
  model.clear(0);
  const value = PROMPT / median(seconds);
  return { value, operationsPerSecond: value * (await model.promptOperations()), cores: used };
}

/** Tokens a second of all sequences in the median step, after as many tokens of context each. */
async function decodeSpeed(
  model: BenchModel,
  { seed }: MeasureTask,
  { context, sequences = 1 }: { context: number; sequences?: number },
): Promise<Figure> {
  const random = randomIds(seed);
  for (let sequence = 0; sequence < sequences; sequence++) await absorb(model, random(context), sequence);
  const seconds: number[] = [];
  let cores = coresUsed();
  for (let i = -WARM_STEPS; i < DECODED; i++) {
    if (i === 0) cores = coresUsed();
    const parts = Array.from({ length: sequences }, (_, sequence) => ({ sequence, ids: random(1), logits: true }));
    const step = await timed(() => model.run(parts));
    if (i >= 0) seconds.push(step.seconds);
  }
  const used = cores();
  for (let sequence = 0; sequence < sequences; sequence++) model.clear(sequence);
  const steps = 1 / median(seconds);
  const bytes = await model.decodeBytes(sequences, context + WARM_STEPS + DECODED / 2);
  return { value: steps * sequences, bytesPerSecond: steps * bytes, cores: used };
}

/** Has an emptied sequence read a prompt. */
async function absorb(model: BenchModel, ids: readonly number[], sequence = 0): Promise<void> {
  model.clear(sequence);
  const { batchTokens } = model;
  for (let from = 0; from < ids.length; from += batchTokens) {
    const logits = from + batchTokens >= ids.length;
    await model.run([{ sequence, ids: ids.slice(from, from + batchTokens), logits }]);
  }
}

/** Begins to count; the function it gives ends that and says how many cores this process had on average. */
function coresUsed(): () => number {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return (user + system) / 1000 / (performance.now() - wall);
  };
}

function coresOf({ cores }: Figure): Pick<Figure, 'cores'> {
  return cores === undefined ? {} : { cores };
}

async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const began = performance.now();
  const result = await work();
  return { seconds: (performance.now() - began) / 1000, result };
}
