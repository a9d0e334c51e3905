import { Command } from 'commander';
import { type AnswerOptions, addAnswerOptions, chatOptions, samplingHelp } from '../answer-options.ts';
import { abortOnInterrupt } from '../interruption.ts';
import { engineOptions, loadModel, openModel } from '../load-model.ts';
import { addModelOptions, type ModelOptions, modelArgument } from '../model-options.ts';

/** `lantern chat`: a conversation at the terminal, or with every line of standard input. */
export function chatCommand(): Command {
  const command = new Command('chat')
    .description('Talk with a model at the terminal; without a terminal, answer every line of standard input.')
    .argument('[MODEL]', modelArgument);
  return addModelOptions(addAnswerOptions(command))
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
  $ lantern chat model.gguf --no-think --temperature 0 < questions.txt > answers.txt`,
    )
    .action(chat);
}

async function chat(model: string | undefined, options: ModelOptions & AnswerOptions): Promise<void> {
  const signal = abortOnInterrupt();
  const settings = await chatOptions(options);
  const checkpoint = await openModel(model);
  const engine = await loadModel(checkpoint, { ...engineOptions(options), maxSequences: 1, maxOutputs: 1, signal });
  const { Conversation } = await import('../chat/conversation.ts');
  const conversation = new Conversation(engine, { ...settings, system: options.system, think: options.think });
  const { chatAtTerminal, isAtTerminal } = await import('../chat/chat-at-terminal.ts');
  if (isAtTerminal()) return chatAtTerminal(conversation, model ?? 'built-in model');
  const { chatByLine } = await import('../chat/chat-by-line.ts');
  return chatByLine(conversation, signal);
}
