import { isDeepStrictEqual } from 'node:util';
import type { Checkpoint, Engine, Scored } from '@lantern/engine';
import { Command } from 'commander';
import { abortOnInterrupt } from '../interruption.ts';
import { engineOptions, loadModel, openModel } from '../load-model.ts';
import { addModelOptions, type ModelOptions, modelArgument } from '../model-options.ts';
import { printJson } from '../print-json.ts';
import type { ScoreInput } from '../score-input.ts';
import { UsageError } from '../usage-error.ts';

type ScoreOptions = ModelOptions & ScoreInput & { against?: string; mtp?: boolean; json?: boolean };

/** `lantern score`: what a model thinks of given texts, or how far two models lie apart. */
export function scoreCommand(): Command {
  const command = new Command('score')
    .description('Log-probabilities of given tokens, perplexity, or the distance of two models.')
    .argument('[MODEL]', modelArgument)
    .option('--text <file>', 'a text')
    .option('--ids <file>', 'JSON: a list of lists of token ids')
    .option('--messages <file>', 'JSON: {messages, options} as for render')
    .option('--against <model>', 'a second model: mean KL divergence from MODEL to it, and how often both agree')
    .option('--mtp', "also: what the checkpoint's MTP module thinks, as a draft head")
    .option('--json', 'print one JSON object a sequence with every number');
  return addModelOptions(command)
    .addHelpText(
      'after',
      `
Log-probabilities are natural, over all rows of the embedding.
--json prints {"ids", "logprobs" (of ids[i+1] given the ids before it), "top" (ten [id, logprob] after each id)},
with --text also "perplexity", with --messages also "text", the rendered prompt, and where they have pictures or videos
("image": path, "video": path or list of paths with "fps", relative to the file) "position_ids" (three lists) and
"grid_thw" (one for each). With --mtp also "mtp": {"top" (ten
[id, logprob] for the token after next, after each id but the last), "draft": {"first" (the model's own next token),
"ids" (three guesses that follow it), "top" (ten [id, logprob] at each guess)}}.

Examples:
  $ lantern score model.gguf --text wiki.txt
  $ lantern score --ids sequences.json --json
  $ lantern score ./Qwen3.5-0.8B --against Qwen3.5-0.8B-Q4_0.gguf --text wiki.txt`,
    )
    .action(score);
}

async function score(model: string | undefined, options: ScoreOptions): Promise<void> {
  const kinds = [options.text, options.ids, options.messages].filter((file) => file !== undefined);
  if (kinds.length !== 1) throw new UsageError('give exactly one of --text, --ids and --messages');
  if (options.mtp && options.against !== undefined) throw new UsageError('--mtp and --against exclude each other');
  const signal = abortOnInterrupt();
  const { LanternError } = await import('@lantern/engine');
  const checkpoint = await openModel(model, options);
  const { readScoreInput } = await import('../score-input.ts');
  const { prompts, text, media } = await readScoreInput(checkpoint, options);
  const load = async (opened: Checkpoint): Promise<Engine> => {
    const longest = prompts.reduce((most, { ids }) => Math.max(most, ids.length), 1);
    const contextTokens = options.context ?? Math.min(longest, opened.config.maxPositionEmbeddings);
    return loadModel(opened, {
      ...(await engineOptions(options)),
      ...(options.mtp && { speculation: { method: 'mtp', tokens: 1 } }),
      contextTokens,
      maxSequences: 1,
      vision: media !== undefined && media.length > 0,
      maxOutputs: 64,
      signal,
    });
  };
  const engine = await load(checkpoint);
  if (options.against !== undefined) {
    const second = await openModel(options.against);
    const same = isDeepStrictEqual((await readScoreInput(second, options)).prompts, prompts);
    if (!same)
      throw new LanternError('bad-input', `${checkpoint.path} and ${second.path} make different tokens of this input`);
    const other = await load(second);
    await printDivergence(engine, other, prompts, options, signal);
    return;
  }
  const { perplexity, promptPositions } = await import('@lantern/engine');
  for (const prompt of prompts) {
    const { ids, spans } = prompt;
    const scores = await engine.score(prompt, { signal });
    const drafts = options.mtp ? await engine.scoreDrafts(prompt, { signal }) : null;
    const extra = {
      ...(text !== undefined && { text }),
      ...(media &&
        media.length > 0 && {
          position_ids: promptPositions(ids.length, spans),
          grid_thw: media.map(({ slices, rows, columns }) => [slices.length, rows, columns]),
        }),
      ...(options.text !== undefined && { perplexity: perplexity(scores.logprobs) }),
      ...(drafts && { mtp: drafts }),
    };
    if (options.json) printJson({ ...scores, ...extra });
    else {
      const right = drafts?.top.filter(([best], t) => best?.[0] === ids[t + 2]).length ?? 0;
      const hits = drafts && ids.length > 2 ? `, ${((100 * right) / (ids.length - 2)).toFixed(1)} % drafted` : '';
      process.stdout.write(`${ids.length} tokens, perplexity ${perplexity(scores.logprobs).toFixed(4)}${hits}\n`);
    }
  }
}

async function printDivergence(
  engine: Engine,
  other: Engine,
  prompts: Scored[],
  options: ScoreOptions,
  signal: AbortSignal,
): Promise<void> {
  const { divergence } = await import('@lantern/engine');
  let positions = 0;
  let kl = 0;
  let agreed = 0;
  for (const prompt of prompts) {
    const found = await divergence(engine, other, prompt, signal);
    positions += found.positions;
    kl += found.meanKl * found.positions;
    agreed += found.top1Agreement * found.positions;
  }
  const report = { positions, mean_kl: kl / positions, top1_agreement: agreed / positions };
  if (options.json) printJson(report);
  else
    process.stdout.write(
      `${positions} positions, mean KL ${report.mean_kl.toPrecision(4)} nats, same winner ${(100 * report.top1_agreement).toFixed(2)} %\n`,
    );
}
