import { type KeyboardEvent, type ReactElement, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { TimedPiece } from '../../../../chat/timed-pieces.ts';
import { formatSpan } from '../../../../lib/format-numbers.ts';
import { classes } from '../../../../ui/classes.ts';
import styles from './chunks-view.module.css';

/** As in the style sheet. */
const ROW_PX = 30;
/** Rows beyond the edges that are there already when they are scrolled to. */
const BEYOND = 8;
/** Beyond, a row has no room for more. */
const MOST_CHARACTERS = 120;

type ChunkListProps = {
  pieces: readonly TimedPiece[];
  /** Gaps from here on are marked. */
  stallMs: number;
  chosen: number;
  onChoose: (index: number) => void;
};

/** Chunks in rows, of which only those in sight exist. Arrow keys, Page Up and Down, Home and End choose. */
export function ChunkList({ pieces, stallMs, chosen, onChoose }: ChunkListProps): ReactElement {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 0 });
  const longestMs = useMemo(() => longestGap(pieces), [pieces]);
  const look = () => list.current && setSeen({ top: list.current.scrollTop, height: list.current.clientHeight });
  useEffect(() => {
    look();
    const observer = new ResizeObserver(look);
    observer.observe(list.current!);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const box = list.current!;
    const top = chosen * ROW_PX;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + ROW_PX > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW_PX - box.clientHeight;
  }, [chosen]);

  const page = Math.max(1, Math.floor(seen.height / ROW_PX) - 1);
  const onKeyDown = (event: KeyboardEvent) => {
    const target = {
      ...{ ArrowDown: chosen + 1, ArrowUp: chosen - 1, PageDown: chosen + page, PageUp: chosen - page },
      ...{ Home: 0, End: pieces.length - 1 },
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    onChoose(Math.min(Math.max(target, 0), pieces.length - 1));
  };
  const from = Math.max(0, Math.floor(seen.top / ROW_PX) - BEYOND);
  const to = Math.min(pieces.length, Math.ceil((seen.top + seen.height) / ROW_PX) + BEYOND);
  const shown = Array.from({ length: to - from }, (_, place) => from + place);
  // The list names the chosen one to screen readers, so it has to be there.
  if (chosen < from || chosen >= to) shown.push(chosen);
  return (
    <div>
      <div className={styles.columns} aria-hidden="true">
        <span>#</span>
        <span>After</span>
        <span>Gap</span>
        <span>Text</span>
      </div>
      <div
        ref={list}
        role="listbox"
        aria-label="Chunks"
        aria-activedescendant={`${id}-${chosen}`}
        tabIndex={0}
        className={styles.list}
        onKeyDown={onKeyDown}
        onScroll={look}
      >
        <div role="presentation" className={styles.rows} style={{ height: pieces.length * ROW_PX }}>
          {shown.map((index) => {
            const { atMs, gapMs, kind, text } = pieces[index]!;
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys of all its rows.
              // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names the row.
              <div
                key={index}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === chosen}
                aria-setsize={pieces.length}
                aria-posinset={index + 1}
                className={styles.row}
                style={{ top: index * ROW_PX }}
                onClick={() => onChoose(index)}
              >
                <span className={styles.number}>{index + 1}</span>
                <span className={styles.number}>{formatSpan(atMs)}</span>
                <span className={classes(styles.gap, gapMs >= stallMs && index > 0 && styles.late)}>
                  <span className={styles.bar} style={{ width: `${Math.min(100, (100 * gapMs) / longestMs)}%` }} />+
                  {formatSpan(gapMs)}
                </span>
                <span className={styles.text} data-kind={kind}>
                  <span className="visually-hidden">{kind}: </span>
                  {visible(text)}
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** The wait for the first chunk is longer than every gap and would hide them. */
function longestGap(pieces: readonly TimedPiece[]): number {
  return pieces.reduce((longest, { gapMs }, index) => (index === 0 ? longest : Math.max(longest, gapMs)), 1);
}

/** Line breaks as signs, so that they can be seen in one line. */
function visible(text: string): string {
  return text.slice(0, MOST_CHARACTERS).replaceAll('\n', '↵').replaceAll('\t', '⇥');
}
