import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { alignColumns } from '../align-columns.ts';
import type { MediaFile } from '../media-file.ts';
import { whyUnreadable } from '../read-input.ts';
import { decodeRate, prefillRate } from '../speeds.ts';
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
  '/image': { usage: '/image PATH', does: 'show a picture with the next message', run: attacher('image') },
  '/video': { usage: '/video PATH', does: 'show a video with the next message', run: attacher('video') },
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
  if (conversation.think === null) return 'thinking is left to the server';
  return `thinking is ${conversation.think ? 'on' : 'off'}`;
}

function system(conversation: Conversation, argument: string): string {
  if (argument !== '') conversation.system = argument === '""' ? '' : argument;
  return conversation.system === '' ? 'there is no system message' : `system message: ${conversation.system}`;
}

function attacher(type: MediaFile['type']): SlashCommand['run'] {
  return (conversation, argument) => {
    if (argument === '') return `/${type} needs the path of a file`;
    const path = typedPath(argument);
    try {
      conversation.attach({ type, path, bytes: readFileSync(path) });
      return `${path} goes with the next message`;
    } catch (error) {
      return `cannot read ${path}: ${whyUnreadable(error)}`;
    }
  };
}

/** A path as people type it, or as a terminal writes it where a file is dropped: in quotes, with \, from the home folder. */
function typedPath(text: string): string {
  const quoted = /^(['"])(.*)\1$/.exec(text.trim());
  const path = quoted ? quoted[2]! : text.trim().replace(/\\(.)/g, '$1');
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}

function stats(conversation: Conversation): string {
  const { last } = conversation;
  const rows = [['context', contextUse(conversation)]];
  if (last?.usage) {
    const { promptTokens, cachedTokens, completionTokens, reasoningTokens } = last.usage;
    const accepted = last.usage.acceptedDraftTokens ?? 0;
    const drafted = accepted + (last.usage.rejectedDraftTokens ?? 0);
    const prompt = [tokens(promptTokens), part(cachedTokens, 'cached'), speed('prefill', prefillRate(last))];
    const answer = [tokens(completionTokens), part(reasoningTokens, 'thinking'), speed('decode', decodeRate(last, 1))];
    rows.push(['prompt', joined(prompt)], ['answer', joined(answer)]);
    if (drafted > 0) rows.push(['drafts', `${count(accepted)} of ${tokens(drafted)} accepted`]);
  }
  const known = rows.filter(([, text]) => text !== '');
  return known.length === 0 ? 'the server tells nothing of tokens' : alignColumns(known).trimEnd();
}

/** Empty where nothing is known. */
function contextUse({ usedTokens, source: { contextTokens } }: Conversation): string {
  if (usedTokens === null) return contextTokens === null ? '' : `at most ${tokens(contextTokens)}`;
  return contextTokens === null ? tokens(usedTokens) : `${count(usedTokens)} of ${tokens(contextTokens)}`;
}

function part(number: number | null, name: string): string {
  return number === null ? '' : `${count(number)} of them ${name}`;
}

function speed(name: string, rate: number | null): string {
  return rate === null ? '' : `${name} ${rate.toFixed(1)} tok/s`;
}

function tokens(number: number): string {
  return `${count(number)} tokens`;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}

function joined(parts: readonly string[]): string {
  return parts.filter((text) => text !== '').join(', ');
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
