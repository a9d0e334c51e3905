import { Command } from 'commander';
import {
  type AnswerOptions,
  addAnswerOptions,
  askOptions,
  checkedAskOptions,
  samplingHelp,
} from '../answer-options.ts';
import type { AskOptions, ChatSource } from '../chat-source.ts';
import { abortOnInterrupt } from '../interruption.ts';
import { engineOptions, loadSource, openModel } from '../load-model.ts';
import { addAnsweringModelOptions, type ModelOptions, modelArgument } from '../model-options.ts';
import { addServerOptions, refuseMixture, type ServerOptions } from '../server-options.ts';

/** `lantern chat`: a conversation at the terminal, or with every line of standard input. */
export function chatCommand(): Command {
  const command = new Command('chat')
    .description('Talk with a model at the terminal; without a terminal, answer every line of standard input.')
    .argument('[MODEL]', modelArgument);
  return addAnsweringModelOptions(addServerOptions(addAnswerOptions(command)))
    .addHelpText(
      'after',
      `
In the chat /help lists what it understands: /think, /system, /reset, /stats, /exit. Alt+Enter, or \\ before Enter,
begins another line. Ctrl-C stops an answer, Ctrl-D leaves. What was typed is kept in $XDG_STATE_HOME/lantern/history
(~/.local/state/lantern/history).
${samplingHelp}

Examples:
  $ lantern chat
  $ lantern chat ./Qwen3.5-4B --system "Answer in one sentence."
  $ lantern chat model.gguf --no-think --temperature 0 < questions.txt > answers.txt
  $ lantern chat --url http://127.0.0.1:8000 --model qwen3.5-plus`,
    )
    .action(chat);
}

type Options = ModelOptions & AnswerOptions & ServerOptions;

async function chat(model: string | undefined, options: Options, command: Command): Promise<void> {
  refuseMixture(command, options, model);
  const signal = abortOnInterrupt();
  const { source, settings, title } = await prepare(model, options, signal);
  const { Conversation } = await import('../chat/conversation.ts');
  const conversation = new Conversation(source, { ...settings, system: options.system, think: options.think });
  const { chatAtTerminal, isAtTerminal } = await import('../chat/chat-at-terminal.ts');
  if (isAtTerminal()) return chatAtTerminal(conversation, title);
  const { chatByLine } = await import('../chat/chat-by-line.ts');
  return chatByLine(conversation, signal);
}

/** Who answers, how, and what the user is told of it. */
async function prepare(
  model: string | undefined,
  options: Options,
  signal: AbortSignal,
): Promise<{ source: ChatSource; settings: AskOptions; title: string }> {
  const { url } = options;
  if (url !== undefined) {
    const { connectServer } = await import('../connect-server.ts');
    const source = await connectServer({ ...options, url }, { signal, wantsContext: true });
    return { source, settings: askOptions(options), title: `${source.name} at ${source.address}` };
  }
  const settings = await checkedAskOptions(options);
  const sizes = { ...(await engineOptions(options)), maxSequences: 1, maxOutputs: 1, signal };
  const source = await loadSource(await openModel(model, options), sizes);
  return { source, settings, title: model ?? 'built-in model' };
}
