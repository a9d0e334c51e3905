/**
 * Ids of the `count` largest of the first `length` values, largest first; of equal values the lower id comes first.
 * NaN is never chosen, so fewer may come back. Keeps a heap of `count` ids, so a few of 248k cost one pass.
 */
export function selectTop(values: Float32Array, count: number, length = values.length): number[] {
  const heap: number[] = [];
  const worse = (a: number, b: number) => values[a]! < values[b]! || (values[a]! === values[b]! && a > b);
  const siftDown = (at: number) => {
    const id = heap[at]!;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && worse(heap[child + 1]!, heap[child]!)) child++;
      if (!worse(heap[child]!, id)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = id;
  };

  let id = 0;
  for (; id < length && heap.length < count; id++) if (!Number.isNaN(values[id])) heap.push(id);
  for (let at = (heap.length >> 1) - 1; at >= 0; at--) siftDown(at);
  if (heap.length > 0) {
    let worst = values[heap[0]!]!;
    for (; id < length; id++)
      if (values[id]! > worst) {
        heap[0] = id;
        siftDown(0);
        worst = values[heap[0]!]!;
      }
  }
  return heap.sort((a, b) => (worse(a, b) ? 1 : -1));
}
