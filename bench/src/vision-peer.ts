import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { VisionConfig } from '../../packages/engine/src/model/vision-config.ts';

export type VisionPeer = { see(): Promise<number>; close(): void };

/**
 * The same tower in transformers, in a Python that has it: `see` gives the seconds that one picture of `side` by `side`
 * patches took. Throws where it cannot be loaded.
 */
export async function startVisionPeer(
  python: string,
  { depth, hiddenSize, intermediateSize, numHeads, outHiddenSize }: VisionConfig,
  side: number,
  threads: number,
): Promise<VisionPeer> {
  const script = fileURLToPath(new URL('./vision-peer.py', import.meta.url));
  const sizes = [depth, hiddenSize, intermediateSize, numHeads, outHiddenSize, side, threads].map(String);
  const child = spawn(python, [script, ...sizes], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${python} ended; it needs torch and transformers`);
    return value;
  };
  await next();
  return {
    async see() {
      child.stdin.write('\n');
      return Number(await next());
    },
    close: () => void child.stdin.end(),
  };
}
