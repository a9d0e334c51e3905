import { existsSync } from 'node:fs';
import type { GenerationUsage, SamplingOptions } from '@lantern/engine';
import { Command } from 'commander';
import { AnswerPrinter } from '../answer-printer.ts';
import { answerPrompt } from '../answer-prompt.ts';
import { dim } from '../dim.ts';
import { abortOnInterrupt } from '../interruption.ts';
import { engineOptions, loadModel, openModel } from '../load-model.ts';
import { addModelOptions, type ModelOptions } from '../model-options.ts';
import { anyNumber, wholeNumber } from '../option-parsers.ts';
import { printJson } from '../print-json.ts';
import { readStandardInput } from '../read-input.ts';
import { UsageError } from '../usage-error.ts';

type RunOptions = ModelOptions &
  Partial<SamplingOptions> & { system?: string; think?: boolean; maxTokens?: number; stdin: boolean; json?: boolean };

const SAMPLING_FLAGS = new Set(['temperature', 'topK', 'topP', 'minP', 'seed']);

/** `lantern run`: one answer to one prompt. */
export function runCommand(): Command {
  const command = new Command('run')
    .description('Answer one prompt: the answer goes to standard output, the thinking to standard error.')
    .argument('[model-and-prompt...]', 'MODEL and the prompt; a single argument is the prompt')
    .usage('[options] [MODEL] "prompt"')
    .option('--system <text>', 'system message')
    .option('--think', 'think first (default: what the chat template does)')
    .option('--no-think', 'answer without thinking')
    .option('--max-tokens <n>', 'longest answer, thinking included (default: what the context holds)', wholeNumber(1))
    .option('--temperature <t>', '0 always takes the likeliest token', anyNumber)
    .option('--top-p <p>', 'draw from the likeliest tokens that reach this probability together', anyNumber)
    .option('--top-k <k>', 'draw from the k likeliest tokens; 0: from all', anyNumber)
    .option('--min-p <p>', 'only tokens at least this many times as likely as the likeliest', anyNumber)
    .option('--seed <n>', 'the same seed gives the same answer', wholeNumber(Number.MIN_SAFE_INTEGER))
    .option('--no-stdin', 'do not read standard input')
    .option('--json', 'print one JSON object at the end, and nothing before');
  return addModelOptions(command)
    .addHelpText(
      'after',
      `
Standard input, where it is not a terminal, follows the prompt after an empty line.
Sampling: what generation_config.json says, else temperature 0.6, top-p 0.95, top-k 20 with thinking
and 0.7, 0.8, 20 without.

Examples:
  $ lantern run "Hello"
  $ lantern run ./Qwen3.5-4B "Explain spin barriers." --max-tokens 500
  $ lantern run model.gguf "Summarise this text." < notes.txt
  $ lantern run --temperature 0 --json "Hello" | jq .text`,
    )
    .action(run);
}

async function run(args: string[], options: RunOptions): Promise<void> {
  if (args.length > 2)
    throw new UsageError(`run takes a model and a prompt, not ${args.length} arguments; put the prompt in quotes`);
  const model = args.length === 2 ? args[0] : undefined;
  const typed = args.at(-1) ?? '';
  const signal = abortOnInterrupt();
  const prompt = joinPrompt(typed, options.stdin ? await readStandardInput(signal) : '');
  if (prompt === '') throw new UsageError('there is no prompt; give one as an argument or on standard input');
  if (model === undefined && prompt === typed && existsSync(prompt))
    process.stderr.write(`lantern: "${prompt}" is taken as the prompt; as a model: lantern run ${prompt} "prompt"\n`);

  const began = performance.now();
  const sampling = await samplingFlags(options);
  const checkpoint = await openModel(model);
  const engine = await loadModel(checkpoint, { ...engineOptions(options), maxSequences: 1, maxOutputs: 1, signal });
  const loadSeconds = (performance.now() - began) / 1000;
  const printer = options.json ? null : new AnswerPrinter();
  const answer = await answerPrompt(engine, prompt, { ...options, sampling, signal }, printer);
  const { text, reasoning, finishReason, usage, timings } = answer;
  const speed = {
    load_s: loadSeconds,
    first_token_s: answer.firstTokenSeconds,
    prefill_tok_s: usage.promptTokens / timings.prefillSeconds,
    decode_tok_s: usage.completionTokens > 1 ? (usage.completionTokens - 1) / timings.decodeSeconds : null,
  };
  if (options.json)
    printJson({
      model: checkpoint.path,
      text,
      reasoning,
      finish_reason: finishReason,
      usage: { prompt_tokens: usage.promptTokens, completion_tokens: usage.completionTokens },
      timings: speed,
    });
  else process.stderr.write(`${dim(describe(usage, speed), process.stderr)}\n`);
}

/** Standard input follows what was typed. */
function joinPrompt(typed: string, piped: string): string {
  return [typed, piped.trimEnd()].filter((part) => part !== '').join('\n\n');
}

/** The sampling options that were given. One out of range is wrong usage. */
async function samplingFlags(options: RunOptions): Promise<Partial<SamplingOptions>> {
  const { checkSampling } = await import('@lantern/engine');
  const given = Object.entries(options).filter(([name]) => SAMPLING_FLAGS.has(name));
  const sampling: Partial<SamplingOptions> = Object.fromEntries(given);
  try {
    checkSampling(sampling);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  return sampling;
}

function describe(
  usage: GenerationUsage,
  speed: { first_token_s: number; prefill_tok_s: number; decode_tok_s: number | null },
): string {
  const parts = [
    `${usage.promptTokens} + ${usage.completionTokens} tokens`,
    `prefill ${speed.prefill_tok_s.toFixed(1)} tok/s`,
    ...(speed.decode_tok_s === null ? [] : [`decode ${speed.decode_tok_s.toFixed(1)} tok/s`]),
    `first token after ${speed.first_token_s.toFixed(2)} s`,
  ];
  return parts.join(' · ');
}
