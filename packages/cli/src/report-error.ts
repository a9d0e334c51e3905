import { CommanderError } from 'commander';
import { describeFailure } from './describe-failure.ts';
import { exitStatus } from './exit-status.ts';
import { Interrupted } from './interruption.ts';
import { printable } from './printable.ts';
import { UsageError } from './usage-error.ts';

/** Tells a failure on standard error in a line or two, never with a stack, and returns the exit status it deserves. */
export function reportError(error: unknown): number {
  // Commander has told its own errors already; help and version come this way with status 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.ok : exitStatus.usage;
  if (error instanceof Interrupted) return exitStatus.interrupted;
  if (error instanceof UsageError) {
    process.stderr.write(`lantern: ${error.message}\n  --help shows how to call it\n`);
    return exitStatus.usage;
  }
  const failure = describeFailure(error);
  if (failure) {
    process.stderr.write(`lantern: ${printable(failure.message)}\n`);
    if (failure.remedy) process.stderr.write(`  ${failure.remedy}\n`);
    return exitStatus.failure;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`lantern: unexpected failure: ${message.split('\n', 1)[0]}\n`);
  if (process.env.LANTERN_DEBUG) console.error(error);
  else process.stderr.write('  set LANTERN_DEBUG=1 to see where; this is a fault of Lantern, please report it\n');
  return exitStatus.failure;
}
