import { Command } from 'commander';
import { benchCommand } from './commands/bench.ts';
import { chatCommand } from './commands/chat.ts';
import { inspectCommand } from './commands/inspect.ts';
import { listCommand } from './commands/list.ts';
import { pullCommand } from './commands/pull.ts';
import { renderCommand } from './commands/render.ts';
import { rmCommand } from './commands/rm.ts';
import { runCommand } from './commands/run.ts';
import { scoreCommand } from './commands/score.ts';
import { serveCommand } from './commands/serve.ts';
import { tokenizeCommand } from './commands/tokenize.ts';

/** The `lantern` command. Errors and `--help` are thrown as CommanderError, so that one place decides the exit status. */
export function createProgram(version: string): Command {
  const program = new Command('lantern')
    .description('Runs Qwen 3.5 checkpoints, and serves them.')
    .version(version)
    .helpCommand(false)
    .exitOverride()
    .showHelpAfterError('  --help shows how to call it')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'lantern: ')) })
    .addHelpText(
      'after',
      `
MODEL is a folder (Hugging Face layout, or one GGUF with or without its mmproj) or a .gguf file;
without it the built-in model runs. At a terminal, lantern alone is lantern chat.

Exit status: 0 success, 1 failure, 2 wrong usage, 130 after Ctrl-C.

Examples:
  $ lantern serve
  $ lantern chat
  $ lantern run "What is the capital of France?"
  $ lantern run ./Qwen3.5-0.8B "Write a haiku about lanterns." --no-think
  $ lantern inspect model.gguf
  $ lantern bench model.gguf --threads 2`,
    );
  const commands = [
    serveCommand(),
    chatCommand(),
    runCommand(),
    inspectCommand(),
    tokenizeCommand(),
    renderCommand(),
    scoreCommand(),
    benchCommand(),
    pullCommand(),
    listCommand(),
    rmCommand(),
  ];
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  return program;
}
