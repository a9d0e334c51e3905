/** Events of several sources in the order in which they come, each with the index of its source. */
export async function* mergeStreams<Event>(
  sources: readonly AsyncIterable<Event>[],
): AsyncGenerator<[index: number, event: Event], void> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const next = (index: number) => iterators[index]!.next().then((result) => ({ index, result }));
  const pending = new Map(iterators.map((_, index) => [index, next(index)]));
  try {
    while (pending.size > 0) {
      const { index, result } = await Promise.race(pending.values());
      if (result.done) pending.delete(index);
      else {
        pending.set(index, next(index));
        yield [index, result.value];
      }
    }
  } finally {
    // What was asked for already may still fail; nobody waits for it.
    for (const promise of pending.values()) promise.catch(() => undefined);
    for (const index of pending.keys()) void iterators[index]!.return?.();
  }
}
