import { cpus, loadavg, totalmem } from 'node:os';

export type Machine = { cpu: string; cores: number; memoryBytes: number; node: string; loadAverage: number };

/** Where figures were measured, and how busy it was. */
export function machine(): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryBytes: totalmem(),
    node: process.version,
    loadAverage: loadavg()[0]!,
  };
}
