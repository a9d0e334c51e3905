import { Command } from 'commander';
import { parseModelName } from '../hub/model-name.ts';
import { abortOnInterrupt } from '../interruption.ts';
import { printJson } from '../print-json.ts';
import { ProgressBar } from '../progress-bar.ts';
import { UsageError } from '../usage-error.ts';

/** `lantern pull`: a model from a hub into the cache that all tools share. */
export function pullCommand(): Command {
  return new Command('pull')
    .description('Fetch a model from a Hugging Face hub; afterwards its name stands for it wherever MODEL does.')
    .argument('<REPO[:FILE]>', 'owner/repo; FILE is a GGUF file or a quantisation that only one has, such as Q4_K_M')
    .option('--revision <name>', 'branch, tag or commit', 'main')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
A pull that was cut off goes on where it stopped. Checksums are verified before anything gets its name.
HF_ENDPOINT is the hub, HF_TOKEN or HF_TOKEN_PATH the access, HF_HUB_CACHE or HF_HOME where models are kept.

Examples:
  $ lantern pull Qwen/Qwen3.5-0.8B
  $ lantern pull owner/Qwen3.5-4B-GGUF:Q4_K_M
  $ lantern run Qwen/Qwen3.5-0.8B "Hello"`,
    )
    .action(pull);
}

async function pull(text: string, { revision, json }: { revision: string; json?: boolean }): Promise<void> {
  const name = parseModelName(text);
  if (!name) throw new UsageError(`"${text}" is no name of a model; it must be owner/repo or owner/repo:FILE`);
  if (!/^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*$/.test(revision) || revision.includes('..'))
    throw new UsageError(`--revision ${revision} is no branch, tag or commit`);
  const signal = abortOnInterrupt();
  const { pullModel } = await import('../hub/pull-model.ts');
  const bar = new ProgressBar('pulling');
  let first: { at: number; done: number } | undefined;
  const onProgress = (done: number, total: number) => {
    const now = performance.now();
    first ??= { at: now, done };
    const rate = Math.max(done - first.done, 0) / Math.max(now - first.at, 1) / 1000;
    bar.update(done, total, `, ${rate.toFixed(1)} MB/s`);
  };
  const pulled = await pullModel(name, { revision, signal, onProgress }).finally(() => bar.clear());
  if (json) printJson(pulled);
  else process.stdout.write(`${pulled.name}: ${(pulled.bytes / 1e6).toFixed(1)} MB in ${pulled.path}\n`);
}
