import { Command } from 'commander';
import { abortOnInterrupt } from '../interruption.ts';
import { engineOptions, loadModel, makeModel, openModel } from '../load-model.ts';
import { measureEngine } from '../measure-engine.ts';
import { measureFollowUp } from '../measure-follow-up.ts';
import { measureSpeculation } from '../measure-speculation.ts';
import { costTable, measureSteps } from '../measure-steps.ts';
import { addAnsweringModelOptions, type ModelOptions, modelArgument } from '../model-options.ts';
import { wholeNumber } from '../option-parsers.ts';
import { printJson } from '../print-json.ts';
import { UsageError } from '../usage-error.ts';

type BenchOptions = ModelOptions & {
  prompt: number;
  gen: number;
  parallel: number;
  followUp?: number;
  profile?: boolean;
  random?: string;
  quant?: string;
  json?: boolean;
};

/** `lantern bench`: how fast a model runs here, and how near to what memory allows. */
export function benchCommand(): Command {
  const command = new Command('bench')
    .description('Measure loading, prefill and decoding, beside the memory bandwidth of the same run.')
    .argument('[MODEL]', modelArgument)
    .option('--prompt <tokens>', 'length of the prompt', wholeNumber(1), 512)
    .option('--gen <tokens>', 'tokens to decode after it', wholeNumber(1), 64)
    .option('--parallel <n>', 'sequences decoded together', wholeNumber(1), 1)
    .option('--follow-up <tokens>', 'also: a second turn of so many new tokens after the prompt', wholeNumber(1))
    .option('--profile', 'also: what each kind of step costs, in prefill and decoding')
    .option('--random <shape>', 'random weights in the shape of this size, such as 0.8b, instead of a MODEL')
    .option('--quant <format>', 'format of the random weights, such as q4_0 (default: bf16)')
    .option('--json', 'print one JSON object');
  return addAnsweringModelOptions(command)
    .addHelpText(
      'after',
      `
load_s           import of the engine to ready to evaluate
first_token_s    start of the process to the first token after the first prompt
prefill_tok_s    median over whole prompts, warm
decode_tok_s     median step, warm, without sampling; of all sequences together
rss_mb           peak resident memory in 10^6 bytes
bandwidth_gb_s   reading memory with as many threads
bandwidth_share  weights and state read for the tokens, as a share of that
profile          time, waiting for other threads, bytes and operations by kind of step
answer_tok_s     with --speculative-config: greedy answers to random prompts, sampling included; of all together
draft_acceptance of their drafts, the share that came true; drafts stop where they do not pay
follow_up_s      first token of the second turn, its beginning remembered; whole_s: read anew

Examples:
  $ lantern bench --json
  $ lantern bench model.gguf --prompt 512 --gen 64 --threads 2
  $ lantern bench --random 0.8b --quant q4_0 --parallel 4
  $ lantern bench model.gguf --prompt 4096 --follow-up 32
  $ lantern bench --speculative-config '{"method": "mtp", "num_speculative_tokens": 1}' --gen 256
  $ lantern bench model.gguf --profile`,
    )
    .action(bench);
}

async function bench(model: string | undefined, options: BenchOptions): Promise<void> {
  if (model !== undefined && options.random !== undefined) throw new UsageError('give a MODEL or --random, not both');
  if (options.quant !== undefined && options.random === undefined)
    throw new UsageError('--quant is the format of random weights; it needs --random');
  const { prompt, gen, parallel, followUp = 0 } = options;
  const signal = abortOnInterrupt();
  const began = performance.now();
  const { PAGE_TOKENS } = await import('@lantern/engine');
  const { defaultThreads, measureBandwidth } = await import('@lantern/engine/node');
  const longest = prompt + Math.max(gen, followUp);
  const contextTokens = options.context ?? longest;
  if (contextTokens < longest)
    throw new UsageError(`--context ${contextTokens} is too small for ${prompt} + ${longest - prompt} tokens`);
  const sizes = {
    ...(await engineOptions(options)),
    contextTokens,
    cacheTokens: parallel * Math.ceil(contextTokens / PAGE_TOKENS) * PAGE_TOKENS,
    ...(followUp === 0 && { prefixCacheBytes: 0 }),
    maxSequences: parallel,
    maxOutputs: parallel,
    signal,
  };
  const engine = options.random
    ? await makeModel(options.random, options.quant ?? 'bf16', sizes)
    : await loadModel(await openModel(model, options), { ...sizes, vision: false });
  const loadSeconds = (performance.now() - began) / 1000;
  const speed = await measureEngine(engine, { prompt, gen, parallel, signal });
  const turn = followUp > 0 ? await measureFollowUp(engine, { prompt, followUp, signal }) : null;
  const drafting =
    options.speculativeConfig === undefined
      ? null
      : await measureSpeculation(engine, { prompt, gen, parallel, signal });
  const costs = options.profile ? await measureSteps(engine, { prompt, gen, signal }) : null;
  // Before the measurement below takes its buffer.
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  const bytesPerStep = engine.decodeBytes(parallel, prompt + gen / 2);
  await engine.close();
  const bandwidth = await measureBandwidth(options.threads ?? defaultThreads());
  const report = {
    load_s: round(loadSeconds),
    first_token_s: round(speed.firstTokenSeconds),
    prefill_tok_s: round(speed.prefillRate),
    decode_tok_s: round(speed.decodeRate),
    rss_mb: round(peakBytes / 1e6),
    ...(drafting && {
      answer_tok_s: round(drafting.answerRate),
      draft_acceptance: drafting.acceptance === null ? null : round(drafting.acceptance),
    }),
    bandwidth_gb_s: round(bandwidth / 1e9),
    bandwidth_share: round((bytesPerStep * speed.decodeRate) / parallel / bandwidth),
    ...(turn && {
      follow_up_s: round(turn.followUpSeconds),
      whole_s: round(turn.wholeSeconds),
      follow_up_speedup: round(turn.wholeSeconds / turn.followUpSeconds),
    }),
  };
  if (options.json) {
    printJson({ ...report, ...(costs && { profile: costs }) });
    return;
  }
  for (const [name, value] of Object.entries(report)) process.stdout.write(`${name.padEnd(17)} ${value}\n`);
  if (!costs) return;
  process.stdout.write(`\nprefill, ${prompt} tokens\n${costTable(costs.prefill, prompt, bandwidth)}`);
  process.stdout.write(`\ndecoding, ${gen} tokens after them\n${costTable(costs.decode, gen, bandwidth)}`);
}

/** Four significant digits. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
