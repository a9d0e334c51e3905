import { Command } from 'commander';
import { formatDescription } from '../format-description.ts';
import { openModel } from '../load-model.ts';
import { modelArgument } from '../model-options.ts';
import { wholeNumber } from '../option-parsers.ts';
import { printJson } from '../print-json.ts';

/** `lantern inspect`: what a checkpoint is and needs. */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description('Tell what a checkpoint is, what memory it needs, and whether it runs here. Reads no weights.')
    .argument('[MODEL]', modelArgument)
    .option('--context <tokens>', 'context to reckon the memory for (default: what run takes)', wholeNumber(1))
    .option('--mmproj <file>', 'vision tower of a GGUF model')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ lantern inspect ./Qwen3.5-35B-A3B
  $ lantern inspect model.gguf --context 131072
  $ lantern inspect model.gguf --json | jq .memory.totalBytes`,
    )
    .action(inspect);
}

async function inspect(
  model: string | undefined,
  options: { context?: number; mmproj?: string; json?: boolean },
): Promise<void> {
  const checkpoint = await openModel(model, options);
  const { defaultContextTokens, describeCheckpoint } = await import('@lantern/engine');
  const contextTokens = options.context ?? defaultContextTokens(checkpoint.config);
  const description = describeCheckpoint(checkpoint, { contextTokens });
  if (options.json) printJson(description);
  else process.stdout.write(formatDescription(description));
}
