import { measureBandwidth } from '@lantern/engine/node';
import type { Limits } from './child-task.ts';
import { measurePeak } from './measure-peak.ts';

/** Plain reading of memory, and multiplying and adding in registers, both as WebAssembly does it at best. */
export async function measureLimits(threads: number): Promise<Limits> {
  return { bytesPerSecond: await measureBandwidth(threads), operationsPerSecond: await measurePeak(threads) };
}
