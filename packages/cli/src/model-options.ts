import { type Command, Option } from 'commander';
import { wholeNumber } from './option-parsers.ts';
import { speculativeConfigOption } from './speculative-config.ts';

/** Options of every command that loads a model. */
export type ModelOptions = {
  backend?: 'wasm' | 'reference';
  threads?: number;
  context?: number;
  exact?: boolean;
  revectorize: boolean;
  speculativeConfig?: string;
  mmproj?: string;
};

export const modelArgument = 'folder of a checkpoint, .gguf file or pulled owner/repo (default: the built-in model)';

export function addModelOptions(command: Command): Command {
  return command
    .addOption(new Option('--backend <name>', 'what computes (default: wasm)').choices(['wasm', 'reference']))
    .option('--threads <n>', 'threads of the wasm backend (default: all cores, at most 8)', wholeNumber(1))
    .option('--context <tokens>', 'tokens that prompt and answer may have together', wholeNumber(1))
    .option('--exact', 'never round activations to 8 bits, nor keys and values to 16, whatever the weights')
    .option('--mmproj <file>', 'vision tower of a GGUF model (default: the only mmproj*.gguf beside it, if it fits)')
    .option('--no-revectorize', 'do not let V8 join pairs of SIMD operations');
}

/** The same for commands that let the model answer. */
export function addAnsweringModelOptions(command: Command): Command {
  return addModelOptions(command).addOption(speculativeConfigOption());
}
