import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { parseModelName } from '../hub/model-name.ts';
import { Interrupted } from '../interruption.ts';
import { UsageError } from '../usage-error.ts';

/** `lantern rm`: gives the disk space of a pulled model back. */
export function rmCommand(): Command {
  return new Command('rm')
    .description('Remove a pulled model: all of a repository, or one of its GGUF models.')
    .argument('<NAME[:FILE]>', 'as lantern list shows it')
    .option('--yes', 'do not ask; where standard input is no terminal nothing is asked anyway')
    .addHelpText(
      'after',
      `
Examples:
  $ lantern rm Qwen/Qwen3.5-0.8B
  $ lantern rm owner/Qwen3.5-4B-GGUF:Q4_K_M --yes`,
    )
    .action(remove);
}

async function remove(text: string, { yes }: { yes?: boolean }): Promise<void> {
  const name = parseModelName(text);
  if (!name) throw new UsageError(`"${text}" is no name of a model; it must be owner/repo or owner/repo:FILE`);
  const { findRemoval } = await import('../hub/remove-model.ts');
  const removal = findRemoval(name);
  if (!removal) {
    const { LanternError } = await import('@lantern/engine');
    throw new LanternError('missing-file', `${text} was not pulled`, 'lantern list shows what was.');
  }
  if (!yes && process.stdin.isTTY && !(await confirm(`Remove ${text}? [y/N] `))) return;
  process.stdout.write(`removed ${text}, ${(removal.remove() / 1e6).toFixed(1)} MB freed\n`);
}

async function confirm(question: string): Promise<boolean> {
  const control = new AbortController();
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.on('SIGINT', () => control.abort());
  try {
    return /^y(es)?$/i.test((await terminal.question(question, { signal: control.signal })).trim());
  } catch (error) {
    if (control.signal.aborted) throw new Interrupted();
    throw error;
  } finally {
    terminal.close();
  }
}
