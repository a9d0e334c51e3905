import type { Conversation } from '../../store/records.ts';

const DAY_MS = 86_400_000;

export type DayGroup = { title: string; conversations: Conversation[] };

/** Conversations, newest first, in groups by how long ago they were last used. */
export function groupByDay(list: readonly Conversation[], now: number): DayGroup[] {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const groups = [
    { title: 'Today', since: midnight },
    { title: 'Yesterday', since: midnight - DAY_MS },
    { title: 'The last 7 days', since: midnight - 7 * DAY_MS },
    { title: 'The last 30 days', since: midnight - 30 * DAY_MS },
    { title: 'Older', since: Number.NEGATIVE_INFINITY },
  ].map((group) => ({ ...group, conversations: [] as Conversation[] }));
  for (const conversation of list)
    groups.find(({ since }) => conversation.updatedAt >= since)?.conversations.push(conversation);
  return groups.filter(({ conversations }) => conversations.length > 0);
}
