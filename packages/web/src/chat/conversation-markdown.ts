import type { Conversation, Message } from '../store/records.ts';

/** A branch of a conversation for people to read. */
export function conversationMarkdown({ title, settings, createdAt }: Conversation, path: readonly Message[]): string {
  const head = [`# ${title}`, `${new Date(createdAt).toISOString().slice(0, 10)}`];
  if (settings.system.trim() !== '') head.push(`**Instructions**\n\n${quoted(settings.system.trim())}`);
  return `${[...head, ...path.map(turn)].join('\n\n')}\n`;
}

function turn(message: Message): string {
  if (message.role === 'user')
    return [
      '## You',
      ...(message.fileIds.length > 0 ? [`*${message.fileIds.length} pictures*`] : []),
      message.text,
    ].join('\n\n');
  if (message.role === 'tool') return `## Result of ${message.name}\n\n${fenced(message.content)}`;
  const { reasoning, content, toolCalls, model } = message;
  return [
    `## ${model ?? 'Answer'}`,
    ...(reasoning.trim() === '' ? [] : [`<details><summary>Thinking</summary>\n\n${reasoning.trim()}\n\n</details>`]),
    ...(content === '' ? [] : [content]),
    ...toolCalls.map(({ name, arguments: text }) => `Calls \`${name}\`:\n\n${fenced(text)}`),
  ].join('\n\n');
}

function quoted(text: string): string {
  return text.replaceAll(/^/gm, '> ');
}

/** A fence longer than any within. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}json\n${text}\n${fence}`;
}
