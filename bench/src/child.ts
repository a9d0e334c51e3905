import type { ChildReport, ChildTask } from './child-task.ts';
import { MEASURES } from './measures.ts';
import type { WllamaMeasure } from './wllama-measures.ts';

// Only what is measured is imported: loading counts from the start of the process.
const task = JSON.parse(process.argv[2]!) as ChildTask;
const report: ChildReport = {};
if (task.kind === 'limits') {
  const { measureLimits } = await import('./measure-limits.ts');
  report.limits = await measureLimits(task.threads);
} else if (task.side === 'lantern') {
  const { openLantern } = await import('./lantern-model.ts');
  report.figures = await MEASURES[task.measure](openLantern, task.task);
} else if (task.side === 'wllama') {
  const { measureWllama } = await import('./wllama-measures.ts');
  Object.assign(report, await measureWllama(task.measure as WllamaMeasure, task.task));
} else if (task.side === 'llama.cpp') {
  const { openLlama } = await import('./llama-model.ts');
  report.figures = await MEASURES[task.measure](async (setup) => {
    const { model, build } = await openLlama(setup, task.peerCpu);
    report.build = build;
    return model;
  }, task.task);
}
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit());
