import { type Engine, LanternError, type StepCost } from '@lantern/engine';
import { alignColumns } from './align-columns.ts';
import { breathe, randomIds, readPrompt } from './measure-engine.ts';

/** What the steps of a model cost, while it reads a prompt and while it answers. */
export type StepCosts = { prefill: StepCost[]; decode: StepCost[] };

/**
 * Profiles one whole prompt, warm, then `gen` steps of decoding after it. Throws a LanternError where the backend keeps
 * no account, `Interrupted` soon after `signal` aborts.
 */
export async function measureSteps(
  engine: Engine,
  { prompt, gen, signal }: { prompt: number; gen: number; signal: AbortSignal },
): Promise<StepCosts> {
  const { states, runner, config } = engine;
  if (!runner.profile)
    throw new LanternError('unsupported', `the ${runner.name} backend has no profile`, 'leave out --backend');
  const nextId = randomIds(config.vocabSize);
  const ids = Array.from({ length: prompt }, nextId);
  const read = () => readPrompt(engine, ids, signal);
  states.drop(await read());
  const ofPrefill = runner.profile();
  const state = await read();
  const prefill = ofPrefill.stop();
  const ofDecode = runner.profile();
  for (let step = 0; step < gen; step++) {
    await breathe(signal);
    states.runBatch([{ state, ids: [nextId()], outputs: 'last' }]);
  }
  const decode = ofDecode.stop();
  states.drop(state);
  return { prefill, decode };
}

/**
 * Costs as a table: for each kind of step its time per `unit` (a token), its share of all, how much of it is waiting for
 * other threads, and the rates of bytes and operations, bytes also as a share of `bandwidth` in bytes a second.
 */
export function costTable(costs: readonly StepCost[], units: number, bandwidth: number): string {
  const total = costs.reduce((sum, { seconds }) => sum + seconds, 0);
  const row = ({ label, seconds, waiting, bytes, operations }: StepCost) => [
    label,
    ((1e6 * seconds) / units).toFixed(1),
    `${((100 * seconds) / total).toFixed(1)} %`,
    `${((100 * waiting) / seconds).toFixed(0)} %`,
    bytes > 0 ? (bytes / seconds / 1e9).toFixed(1) : '',
    bytes > 0 ? `${((100 * bytes) / seconds / bandwidth).toFixed(0)} %` : '',
    operations > 0 ? (operations / seconds / 1e9).toFixed(1) : '',
  ];
  const header = ['step', 'µs/token', 'of all', 'waiting', 'GB/s', 'of limit', 'Gop/s'];
  const all = costs.reduce(
    (a, b) => ({
      label: 'all',
      calls: a.calls + b.calls,
      seconds: a.seconds + b.seconds,
      waiting: a.waiting + b.waiting,
      bytes: a.bytes + b.bytes,
      operations: a.operations + b.operations,
    }),
    { label: 'all', calls: 0, seconds: 0, waiting: 0, bytes: 0, operations: 0 },
  );
  return alignColumns([header, ...costs.map(row), row(all)], { right: [1, 2, 3, 4, 5, 6] });
}
