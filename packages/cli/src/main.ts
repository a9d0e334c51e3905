#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { packageVersion } from './package-version.ts';
import { reportError } from './report-error.ts';

// Keeps stripped and compiled modules between runs; the first token comes about 0.1 s earlier.
enableCompileCache();
process.stdout.on('error', quitOnBrokenPipe);
process.stderr.on('error', quitOnBrokenPipe);

let status: number;
try {
  const { createProgram } = await import('./program.ts');
  const args = process.argv.slice(2);
  // Who types nothing else at a terminal wants to talk.
  const isChat = args.length === 0 && process.stdin.isTTY && process.stdout.isTTY;
  await createProgram(packageVersion()).parseAsync(isChat ? ['chat'] : args, { from: 'user' });
  status = 0;
} catch (error) {
  status = reportError(error);
}
// What was written must leave first; then no open standard input or worker keeps the process alive.
process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));

/** `lantern … | head` has what it wanted. */
function quitOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}
