import { Command } from 'commander';
import { modelPath } from '../hub/model-path.ts';
import { abortOnInterrupt } from '../interruption.ts';
import { readStandardInput, readTextFile } from '../read-input.ts';
import { UsageError } from '../usage-error.ts';

/** `lantern render`: a conversation as the prompt that the model would get. */
export function renderCommand(): Command {
  return new Command('render')
    .description(
      "Print a conversation as the prompt text that the model's chat template makes of it, and nothing else.",
    )
    .argument('<model-and-file...>', 'MODEL and a JSON file, - for standard input; a single argument is the file')
    .usage('[options] [MODEL] FILE.json')
    .addHelpText(
      'after',
      `
FILE.json holds {"messages": [...], "options": {...}}; options are tools, add_generation_prompt, enable_thinking
and add_vision_id, each as the template takes it. No weights are needed.

Examples:
  $ lantern render ./Qwen3.5-4B chat.json
  $ echo '{"messages": [{"role": "user", "content": "Hi"}]}' | lantern render -
  $ lantern render model.gguf chat.json > prompt.txt`,
    )
    .action(render);
}

async function render(args: string[]): Promise<void> {
  const file = args.at(-1);
  if (file === undefined || args.length > 2)
    throw new UsageError(`render takes a model and a file, not ${args.length} arguments`);
  const path = await modelPath(args.length === 2 ? args[0] : undefined);
  const { ChatTemplate, parseChatRequest, templateOf, tokenizerOf } = await import('@lantern/engine');
  const { openTokenizerFiles } = await import('@lantern/engine/node');
  const files = { path, ...openTokenizerFiles(path) };
  const text = file === '-' ? await readStandardInput(abortOnInterrupt()) : await readTextFile(file);
  const { messages, options } = parseChatRequest(text, file === '-' ? 'standard input' : file);
  // A template alone is enough: without a tokenizer there are no control tokens to keep apart.
  const template =
    files.tokenizer === null && files.chatTemplate !== null
      ? new ChatTemplate(files.chatTemplate, { controlTokens: [] })
      : templateOf(files, tokenizerOf(files));
  process.stdout.write(template.render(messages, options).text);
}
