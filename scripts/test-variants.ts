/**
 * Runs tests on every variant of the kernels that this processor can run, one after the other: those of the engine, or the
 * files that are named. Fails where a variant fails, after all have had their turn.
 *
 *   npm run unit:variants [-- FILES]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

type Variant = { name: string; flags: string[]; pinned?: boolean };

const VARIANTS: Variant[] = [
  { name: 'all that the processor has', flags: [] },
  { name: 'nothing fused to 256 bits (no AVX2)', flags: ['--no-enable-avx2'] },
  { name: 'no fused multiply-add', flags: ['--no-enable-fma3'] },
  { name: '128 bits, no dot product of unsigned bytes (no AVX)', flags: ['--no-enable-avx'] },
  { name: 'more threads than cores (all on one)', flags: [], pinned: true },
];

const named = process.argv.slice(2);
const files = named.length > 0 ? named : ['packages/engine/src/**/*.test.ts', 'packages/engine/test/**/*.test.ts'];

let failed = 0;
for (const { name, flags, pinned } of VARIANTS) {
  if (pinned && (process.platform !== 'linux' || availableParallelism() === 1)) {
    console.log(`left out: ${name}; threads are pinned on Linux only, where there are several cores`);
    continue;
  }
  console.log(`\n${name}`);
  const command = [process.execPath, ...flags, '--test', '--test-reporter=dot', ...files];
  const [program, ...args] = pinned ? ['taskset', '-c', '0', ...command] : command;
  const began = performance.now();
  const child = spawn(program!, args, { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`${code === 0 ? 'passes' : 'FAILS'}: ${name}, ${seconds} s`);
  if (code !== 0) failed++;
}
process.exit(failed === 0 ? 0 : 1);
