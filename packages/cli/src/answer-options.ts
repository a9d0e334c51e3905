import type { SamplingOptions } from '@lantern/engine';
import type { Command } from 'commander';
import type { AskOptions } from './chat-source.ts';
import { anyNumber, textList, wholeNumber } from './option-parsers.ts';
import { UsageError } from './usage-error.ts';

/** Options of every command that answers. */
export type AnswerOptions = Partial<Omit<SamplingOptions, 'logitBias'>> & {
  system?: string;
  think?: boolean;
  thinkingBudget?: number;
  maxTokens?: number;
  stop?: string[];
};

export const samplingHelp = `Sampling: what generation_config.json says, else temperature 0.6, top-p 0.95, top-k 20 with thinking
and 0.7, 0.8, 20 without. With --url what the server does.`;

export function addAnswerOptions(command: Command): Command {
  return command
    .option('--system <text>', 'system message')
    .option('--think', 'think first (default: what the chat template does)')
    .option('--no-think', 'answer without thinking')
    .option(
      '--thinking-budget <tokens>',
      'longest thinking; then the answer begins (default: no limit)',
      wholeNumber(0),
    )
    .option('--max-tokens <n>', 'longest answer, thinking included (default: what the context holds)', wholeNumber(1))
    .option('--stop <text>', 'end the answer before this text; may be given several times', textList)
    .option('--temperature <t>', '0 always takes the likeliest token', anyNumber)
    .option('--top-p <p>', 'draw from the likeliest tokens that reach this probability together', anyNumber)
    .option('--top-k <k>', 'draw from the k likeliest tokens; 0: from all', anyNumber)
    .option('--min-p <p>', 'only tokens at least this many times as likely as the likeliest', anyNumber)
    .option('--presence-penalty <x>', 'make tokens that the answer has less likely, from -2 to 2', anyNumber)
    .option('--frequency-penalty <x>', 'the same for each time that the answer has them, from -2 to 2', anyNumber)
    .option('--repetition-penalty <x>', 'divide the logits of tokens that came before; 1 changes nothing', anyNumber)
    .option('--seed <n>', 'the same seed gives the same answer', wholeNumber(Number.MIN_SAFE_INTEGER));
}

/** What the given options ask for. Whether the values can be is for whoever answers to say. */
export function askOptions(options: AnswerOptions): AskOptions {
  const { think: enableThinking, thinkingBudget, maxTokens, stop } = options;
  return { ...sampling(options), ...given({ enableThinking, thinkingBudget, maxTokens, stop }) };
}

/** The same, where the engine answers: a value that is out of range for it is wrong usage. */
export async function checkedAskOptions(options: AnswerOptions): Promise<AskOptions> {
  const { checkSampling } = await import('@lantern/engine');
  try {
    checkSampling(sampling(options));
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  return askOptions(options);
}

function sampling({ temperature, topP, topK, minP, seed, ...rest }: AnswerOptions): AskOptions {
  const { presencePenalty, frequencyPenalty, repetitionPenalty } = rest;
  return given({ temperature, topP, topK, minP, presencePenalty, frequencyPenalty, repetitionPenalty, seed });
}

type Given<Values> = { [name in keyof Values]?: Exclude<Values[name], undefined> };

/** Only what is not undefined. */
function given<Values extends object>(values: Values): Given<Values> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<Values>;
}
