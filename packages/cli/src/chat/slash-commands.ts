import { alignColumns } from '../align-columns.ts';
import type { Conversation } from './conversation.ts';

type SlashCommand = {
  usage: string;
  does: string;
  /** Does it and says what to tell the user; null ends the chat. */
  run(conversation: Conversation, argument: string): string | null;
};

const commands: Readonly<Record<string, SlashCommand>> = {
  '/think': { usage: '/think [on|off]', does: 'whether the model thinks first', run: think },
  '/system': { usage: '/system [TEXT]', does: 'the system message; "" takes it away', run: system },
  '/reset': {
    usage: '/reset',
    does: 'forget the conversation, keep the settings',
    run(conversation) {
      conversation.reset();
      return 'the conversation is forgotten';
    },
  },
  '/stats': { usage: '/stats', does: 'tokens and speed', run: stats },
  '/help': { usage: '/help', does: 'this list', run: help },
  '/exit': { usage: '/exit', does: 'leave, as Ctrl-D does', run: () => null },
  '/quit': { usage: '/quit', does: 'the same', run: () => null },
};

export const slashCommandNames: readonly string[] = Object.keys(commands);

/** What a line asks of the chat: to say something to the model or to the user, or to end. */
export type LineMeaning = { message: string } | { note: string } | { end: true };

/** Carries out a line that is a command; other lines are messages. `//` stands for a `/` that begins a message. */
export function readLine(line: string, conversation: Conversation): LineMeaning {
  if (line.startsWith('//')) return { message: line.slice(1) };
  if (!line.startsWith('/')) return { message: line };
  const [name = '', argument = ''] = line.trim().split(/\s+(.*)/s, 2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command)
    return { note: `there is no command ${name}; /help lists them, and //… sends a text that begins with /` };
  const note = command.run(conversation, argument);
  return note === null ? { end: true } : { note };
}

function think(conversation: Conversation, argument: string): string {
  if (argument !== '' && argument !== 'on' && argument !== 'off') return `/think ${argument}: on or off is expected`;
  if (argument !== '') conversation.think = argument === 'on';
  return `thinking is ${conversation.think ? 'on' : 'off'}`;
}

function system(conversation: Conversation, argument: string): string {
  if (argument !== '') conversation.system = argument === '""' ? '' : argument;
  return conversation.system === '' ? 'there is no system message' : `system message: ${conversation.system}`;
}

function stats({ usedTokens, contextTokens, last }: Conversation): string {
  const count = (tokens: number) => tokens.toLocaleString('en-US');
  const context = `${count(usedTokens)} of ${count(contextTokens)} tokens`;
  if (!last) return `context  ${context}`;
  const { promptTokens, cachedTokens, completionTokens, reasoningTokens } = last.usage;
  const { prefillSeconds, decodeSeconds } = last.timings;
  const speed = (tokens: number, seconds: number) => `${(tokens / seconds).toFixed(1)} tok/s`;
  const decoded = completionTokens > 1 ? `, decode ${speed(completionTokens - 1, decodeSeconds)}` : '';
  return alignColumns([
    ['context', context],
    [
      'prompt',
      `${count(promptTokens)} tokens, ${count(cachedTokens)} of them cached, prefill ${speed(promptTokens - cachedTokens, prefillSeconds)}`,
    ],
    ['answer', `${count(completionTokens)} tokens, ${count(reasoningTokens)} of them thinking${decoded}`],
  ]).trimEnd();
}

function help(): string {
  const rows = [
    ...Object.values(commands).map(({ usage, does }) => [usage, does]),
    ['//TEXT', 'send a message that begins with /'],
    ['Alt+Enter', 'another line; so does \\ before Enter'],
    ['Ctrl-C', 'stop the answer, or clear the line'],
  ];
  return alignColumns(rows).trimEnd();
}
