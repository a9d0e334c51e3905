import { existsSync } from 'node:fs';
import type { EngineOptions, ModelConfig } from '@lantern/engine';
import { Command } from 'commander';
import {
  type AnswerOptions,
  addAnswerOptions,
  askOptions,
  checkedAskOptions,
  samplingHelp,
} from '../answer-options.ts';
import { AnswerPrinter } from '../answer-printer.ts';
import { answerJson, describeReport, reportAnswers } from '../answer-report.ts';
import type { AskOptions, ChatSource, SourceMessage } from '../chat-source.ts';
import { dim } from '../dim.ts';
import { type FollowedAnswer, followAnswer } from '../follow-answer.ts';
import { abortOnInterrupt } from '../interruption.ts';
import { engineOptions, loadSource, openModel } from '../load-model.ts';
import { addMediaOptions, checkMediaOptions, type MediaOptions, readAttachments } from '../media-options.ts';
import { addAnsweringModelOptions, type ModelOptions } from '../model-options.ts';
import { wholeNumber } from '../option-parsers.ts';
import { drawAnswer, printElements } from '../picture-answer.ts';
import { printJson } from '../print-json.ts';
import { readStandardInput } from '../read-input.ts';
import { decodeFile } from '../read-media.ts';
import { readTools } from '../read-tools.ts';
import { addServerOptions, refuseMixture, type ServerOptions } from '../server-options.ts';
import { UsageError } from '../usage-error.ts';

type RunOptions = ModelOptions &
  AnswerOptions &
  ServerOptions &
  MediaOptions & { tools?: string; n: number; stdin: boolean; json?: boolean };

const MOST_ANSWERS = 16;
/** Tokens for which every further answer gets room, unless --max-tokens says less. */
const USUAL_ANSWER = 4096;

/** `lantern run`: answers to one prompt. */
export function runCommand(): Command {
  const command = new Command('run')
    .description('Answer one prompt: the answer goes to standard output, the thinking to standard error.')
    .argument('[model-and-prompt...]', 'MODEL and the prompt; a single argument is the prompt')
    .usage('[options] [MODEL] "prompt"');
  addMediaOptions(addAnswerOptions(command))
    .option('--tools <file>', "JSON: a list of functions that the model may call, in OpenAI's form")
    .option(
      '--n <count>',
      `several answers, generated together, at most ${MOST_ANSWERS}`,
      wholeNumber(1, MOST_ANSWERS),
      1,
    )
    .option('--no-stdin', 'do not read standard input')
    .option('--json', 'print one JSON object at the end, and nothing before');
  return addAnsweringModelOptions(addServerOptions(command))
    .addHelpText(
      'after',
      `
Standard input, where it is not a terminal, follows the prompt after an empty line. Calls of tools are printed, not
made. Several answers come one after the other, with a seed each its own, counted up. With --elements there is no prompt:
a single argument is the MODEL, and what is printed is a list of {"label", "type", "box" (x, y, width, height in pixels)}.
${samplingHelp}

Examples:
  $ lantern run "Hello"
  $ lantern run ./Qwen3.5-4B "Explain spin barriers." --max-tokens 500
  $ lantern run model.gguf "Summarise this text." < notes.txt
  $ lantern run --temperature 0 --json "Hello" | jq .text
  $ lantern run "What is the weather in Paris?" --tools tools.json --json | jq .tool_calls
  $ lantern run "Invent a name for a cat." --n 4 --stop "."
  $ lantern run --image photo.png "What is this?"
  $ lantern run --image photo.png "Where is the cat? Answer with its bbox_2d." --draw cat.png
  $ lantern run --image screenshot.png --elements | jq '.[].label'
  $ lantern run ./Qwen3.5-4B --video clip.mp4 --fps 4 "What happens?"
  $ lantern run --url http://127.0.0.1:8000 "Hello"`,
    )
    .action(run);
}

async function run(args: string[], options: RunOptions, command: Command): Promise<void> {
  checkMediaOptions(options, options.n);
  const { model, typed } = options.elements ? modelOnly(args) : modelAndPrompt(args);
  refuseMixture(command, options, model);
  const signal = abortOnInterrupt();
  const recipe = options.elements ? await import('@lantern/client') : null;
  const prompt = recipe
    ? recipe.SCREEN_ELEMENTS_PROMPT
    : joinPrompt(typed, options.stdin ? await readStandardInput(signal) : '');
  if (prompt === '') throw new UsageError('there is no prompt; give one as an argument or on standard input');
  if (options.url === undefined && model === undefined && prompt === typed && existsSync(prompt))
    process.stderr.write(`lantern: "${prompt}" is taken as the prompt; as a model: lantern run ${prompt} "prompt"\n`);

  const began = performance.now();
  const tools = options.tools === undefined ? [] : await readTools(options.tools);
  const files = await readAttachments(options);
  // What cannot be opened is told before a model is loaded.
  const picture = options.draw !== undefined || options.elements ? await decodeFile(files[0]!) : null;
  const { source, settings } = await prepare(model, options, signal);
  const loadSeconds = (performance.now() - began) / 1000;

  const messages: SourceMessage[] = [
    ...(options.system === undefined ? [] : [{ role: 'system', content: options.system } as const]),
    { role: 'user', content: files.length === 0 ? prompt : [...files, { type: 'text', text: prompt }] },
  ];
  const asked = await source.ask(messages, options.n, {
    ...(recipe && { enableThinking: false, schema: recipe.SCREEN_ELEMENTS_SCHEMA }),
    ...settings,
    tools,
    signal,
  });
  const printer = options.json || options.elements ? null : new AnswerPrinter();
  const answers: FollowedAnswer[] = [];
  for (const [index, answer] of asked.answers.entries()) {
    if (printer && options.n > 1) process.stderr.write(`${dim(`── ${index + 1} of ${options.n}`, process.stderr)}\n`);
    answers.push(await followAnswer(answer, printer));
  }

  const { firstTokenSeconds, content } = answers[0]!;
  const report = reportAnswers(await asked.spent(), options.n, { loadSeconds, firstTokenSeconds });
  if (options.elements) await printElements(content, picture!);
  if (!options.json && !options.elements) process.stderr.write(`${dim(describeReport(report), process.stderr)}\n`);
  if (options.json && !options.elements) {
    const choices = answers.map((answer, index) => ({ index, ...answerJson(answer) }));
    printJson({ model: source.name, ...(options.n === 1 ? answerJson(answers[0]!) : { choices }), ...report });
  }
  if (options.draw !== undefined) await drawAnswer(content, picture!, options.draw);
}

/** A single argument is the prompt. */
function modelAndPrompt(args: string[]): { model: string | undefined; typed: string } {
  if (args.length > 2)
    throw new UsageError(`run takes a model and a prompt, not ${args.length} arguments; put the prompt in quotes`);
  return { model: args.length === 2 ? args[0] : undefined, typed: args.at(-1) ?? '' };
}

function modelOnly(args: string[]): { model: string | undefined; typed: string } {
  if (args.length > 1) throw new UsageError('with --elements the prompt is given; the one argument is the MODEL');
  return { model: args[0], typed: '' };
}

/** Who answers, and how. */
async function prepare(
  model: string | undefined,
  options: RunOptions,
  signal: AbortSignal,
): Promise<{ source: ChatSource; settings: AskOptions }> {
  const { url } = options;
  if (url !== undefined) {
    const { connectServer } = await import('../connect-server.ts');
    const source = await connectServer({ ...options, url }, { signal, wantsContext: false });
    return { source, settings: askOptions(options) };
  }
  const settings = await checkedAskOptions(options);
  const checkpoint = await openModel(model, options);
  const sizes = await engineSizes(checkpoint.config, options);
  // Without pictures there is no need of the tower.
  const vision = options.image !== undefined || options.video !== undefined;
  const loaded = { ...(await engineOptions(options)), ...sizes, vision, signal };
  return { source: await loadSource(checkpoint, loaded), settings };
}

/** Standard input follows what was typed. */
function joinPrompt(typed: string, piped: string): string {
  return [typed, piped.trimEnd()].filter((part) => part !== '').join('\n\n');
}

/** One prompt needs no memory of earlier ones, several answers share its reading. Those that find no room wait. */
async function engineSizes(config: ModelConfig, { n, context, maxTokens }: RunOptions): Promise<EngineOptions> {
  if (n === 1) return { maxSequences: 1, maxOutputs: 1, prefixCacheBytes: 0 };
  const { defaultContextTokens } = await import('@lantern/engine');
  const contextTokens = context ?? defaultContextTokens(config);
  const answerTokens = Math.min(contextTokens, maxTokens ?? USUAL_ANSWER);
  return { maxSequences: n, maxOutputs: n, cacheTokens: contextTokens + (n - 1) * answerTokens };
}
