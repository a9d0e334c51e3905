const DAY_MS = 86_400_000;

export type DayGroup<T> = { title: string; items: T[] };

/** Things, newest first, in groups by how long ago they were last used. */
export function groupByDay<T extends { updatedAt: number }>(list: readonly T[], now: number): DayGroup<T>[] {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const groups = [
    { title: 'Today', since: midnight },
    { title: 'Yesterday', since: midnight - DAY_MS },
    { title: 'The last 7 days', since: midnight - 7 * DAY_MS },
    { title: 'The last 30 days', since: midnight - 30 * DAY_MS },
    { title: 'Older', since: Number.NEGATIVE_INFINITY },
  ].map((group) => ({ ...group, items: [] as T[] }));
  for (const item of list) groups.find(({ since }) => item.updatedAt >= since)?.items.push(item);
  return groups.filter(({ items }) => items.length > 0);
}
