import type { Buffer, Plan, Step } from './plan.ts';
import { aliveBefore, buffersOf, inputsOf } from './plan-segments.ts';

/**
 * Sorts the buffers of a plan into rooms: those of one room are never alive at a time, so they may lie in the same place.
 * A room takes what its largest buffer takes; large ones choose first. Buffers of embeddings have a room each, since
 * what was seen is written there before any step runs.
 */
export function shareRooms(
  { buffers, layers, head, draft, logits }: Plan,
  bytesOf: (buffer: Buffer) => number,
): Buffer[][] {
  const fill = draft?.fill ?? [];
  const runs: { steps: Step[]; wanted: Buffer[] }[] = [
    { steps: layers, wanted: [...inputsOf(fill), ...inputsOf(head)] },
    { steps: fill, wanted: inputsOf(head) },
    { steps: head, wanted: [logits] },
  ];
  if (draft) runs.push({ steps: draft.layers, wanted: inputsOf(draft.head) }, { steps: draft.head, wanted: [logits] });

  const apart = new Map(buffers.map((buffer) => [buffer, new Set<Buffer>()]));
  const keepApart = (some: Buffer[], others: Buffer[]) => {
    for (const a of some)
      for (const b of others) {
        apart.get(a)!.add(b);
        apart.get(b)!.add(a);
      }
  };
  for (const { steps, wanted } of runs) {
    const alive = [...aliveBefore(steps, wanted), new Set(wanted)];
    steps.forEach((step, i) => {
      const { reads, writes } = buffersOf(step);
      const here = [...alive[i]!, ...reads, ...writes, ...alive[i + 1]!];
      keepApart(here, here);
      if (step.op === 'embed') keepApart(writes, buffers);
    });
  }

  const rooms: Buffer[][] = [];
  for (const buffer of buffers.toSorted((a, b) => bytesOf(b) - bytesOf(a))) {
    const free = rooms.find((room) => room.every((other) => !apart.get(buffer)!.has(other)));
    if (free) free.push(buffer);
    else rooms.push([buffer]);
  }
  return rooms;
}
