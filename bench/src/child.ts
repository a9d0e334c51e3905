import type { ChildReport, ChildTask } from './child-task.ts';
import { MEASURES } from './measures.ts';

// Only what is measured is imported: loading counts from the start of the process.
const task = JSON.parse(process.argv[2]!) as ChildTask;
const report: ChildReport = {};
if (task.kind === 'limits') {
  const { measureLimits } = await import('./measure-limits.ts');
  report.limits = await measureLimits(task.threads);
} else if (task.side === 'lantern') {
  const { openLantern } = await import('./lantern-model.ts');
  report.figures = await MEASURES[task.measure](openLantern, task.task);
} else {
  const { openLlama } = await import('./llama-model.ts');
  report.figures = await MEASURES[task.measure](async (setup) => {
    const { model, build } = await openLlama(setup, task.peerCpu);
    report.build = build;
    return model;
  }, task.task);
}
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit());
