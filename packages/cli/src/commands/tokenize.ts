import type { Tokenizer } from '@lantern/engine';
import { Command } from 'commander';
import { modelPath } from '../hub/model-path.ts';
import { abortOnInterrupt } from '../interruption.ts';
import { printJson } from '../print-json.ts';
import { readStandardInput } from '../read-input.ts';
import { UsageError } from '../usage-error.ts';

type TokenizeOptions = { decode?: boolean; json?: boolean; stdinJson?: boolean; special: boolean };

/** `lantern tokenize`: text to token ids, or back. */
export function tokenizeCommand(): Command {
  return new Command('tokenize')
    .description("Turn text into a model's token ids, or ids into text. No weights are needed.")
    .argument('[model]', 'folder (tokenizer.json is enough) or .gguf file (default: the built-in model)')
    .argument('[text]', 'the text, or the ids with --decode (default: standard input, every character of it)')
    .usage('[options] [MODEL] [TEXT]')
    .option('--decode', 'ids in, separated by spaces or commas; text out, no newline added')
    .option('--no-special', 'added tokens in the text are ordinary text; with --decode: leave control tokens out')
    .option('--stdin-json', 'standard input is a JSON array of texts, the output one of id arrays (--decode: reversed)')
    .option('--json', 'print {"ids":[...],"tokens":[...]}, with --decode {"text":"..."}')
    .addHelpText(
      'after',
      `
Examples:
  $ lantern tokenize ./Qwen3.5-4B "Hello there"
  $ lantern tokenize model.gguf < README.md | wc -w
  $ lantern tokenize ./Qwen3.5-4B --decode "9419 1052"
  $ echo '["one", "<|im_end|>"]' | lantern tokenize ./Qwen3.5-4B --stdin-json`,
    )
    .action(tokenize);
}

async function tokenize(model: string | undefined, text: string | undefined, options: TokenizeOptions): Promise<void> {
  const { decode = false, json = false, stdinJson = false, special } = options;
  if (stdinJson && text !== undefined)
    throw new UsageError('--stdin-json takes its texts from standard input; leave the text argument out');
  const tokenizer = await openTokenizer(await modelPath(model));
  const { parseArray, parseIds, tokenIds, wholeText } = await import('../tokenize-input.ts');
  const toIds = (one: string): number[] => tokenizer.encode(one, { addedTokens: special });
  const toText = (ids: unknown): string => tokenizer.decode(tokenIds(ids, tokenizer), { skipSpecial: !special });
  const input = text ?? (await readStandardInput(abortOnInterrupt()));
  if (stdinJson) {
    printJson(parseArray(input).map((item, index) => (decode ? toText(item) : toIds(wholeText(item, index)))));
  } else if (decode) {
    const decoded = toText(parseIds(input));
    if (json) printJson({ text: decoded });
    else process.stdout.write(decoded);
  } else {
    const ids = toIds(input);
    if (json) printJson({ ids, tokens: ids.map((id) => tokenizer.decode([id])) });
    else process.stdout.write(`${ids.join(' ')}\n`);
  }
}

async function openTokenizer(path: string): Promise<Tokenizer> {
  const { tokenizerOf } = await import('@lantern/engine');
  const { openTokenizerFiles } = await import('@lantern/engine/node');
  return tokenizerOf({ path, ...openTokenizerFiles(path) });
}
