const BOX = /\{[^{}]*"bbox_2d"[^{}]*\}/g;
const NAME = 'lantern-box';

/** The number of the box whose text is under the pointer; null where there is none. */
export function boxAt(shown: HTMLElement, { clientX, clientY }: PointerEvent): number | null {
  const place = rangesOf(shown).findIndex((range) =>
    [...range.getClientRects()].some(
      ({ left, right, top, bottom }) => clientX >= left && clientX <= right && clientY >= top && clientY <= bottom,
    ),
  );
  return place < 0 ? null : place;
}

/** Marks the text of a box; gives what unmarks it. Browsers without highlights show it in the picture only. */
export function markBox(shown: HTMLElement | null, index: number | null): (() => void) | undefined {
  const range = shown && index !== null ? rangesOf(shown)[index] : undefined;
  if (!range || !('highlights' in CSS)) return;
  CSS.highlights.set(NAME, new Highlight(range));
  return () => void CSS.highlights.delete(NAME);
}

/** Where the boxes stand in a text that may be in many pieces, as highlighted code is. */
function rangesOf(shown: HTMLElement): Range[] {
  const nodes: Text[] = [];
  const walker = document.createTreeWalker(shown, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) nodes.push(walker.currentNode as Text);
  const text = nodes.map(({ data }) => data).join('');
  return [...text.matchAll(BOX)].map((match) => {
    const range = document.createRange();
    let from = 0;
    for (const node of nodes) {
      const to = from + node.length;
      const [start, end] = [match.index, match.index + match[0].length];
      if (from <= start && start < to) range.setStart(node, start - from);
      if (from < end && end <= to) range.setEnd(node, end - from);
      from = to;
    }
    return range;
  });
}
