import { type KeyboardEvent, type ReactElement, useMemo } from 'react';
import { type PieceKind, stallsOf, type TimedPiece } from '../../../chat/timed-pieces.ts';
import { counted, formatSeconds, formatSpan } from '../../../lib/format-numbers.ts';
import styles from './stream-strip.module.css';

const BARS = 120;
const HEIGHT = 72;
/** The longest ones; more could not be told apart. */
const MOST_STALLS = 40;
const kinds: readonly { kind: Exclude<PieceKind, 'other'>; title: string }[] = [
  { kind: 'thinking', title: 'Thinking' },
  { kind: 'answer', title: 'Answer' },
  { kind: 'call', title: 'Calls' },
];

type StreamStripProps = {
  /** At least one. */
  pieces: readonly TimedPiece[];
  endMs: number;
  /** Makes the strip a slider from piece to piece. */
  chosen?: { index: number; onChoose: (index: number) => void };
};

/** A stream on its axis of time: how many pieces came when, what they were, where nothing came. */
export function StreamStrip({ pieces, endMs, chosen }: StreamStripProps): ReactElement {
  const firstMs = pieces.find(({ kind }) => kind !== 'other')?.atMs ?? endMs;
  const bars = useMemo(() => barsOf(pieces, endMs), [pieces, endMs]);
  const stalls = useMemo(
    () =>
      stallsOf(pieces)
        .map((index) => pieces[index]!)
        .sort((a, b) => b.gapMs - a.gapMs)
        .slice(0, MOST_STALLS),
    [pieces],
  );
  const highest = Math.max(1, ...bars.map((bar) => bar.thinking + bar.answer + bar.call));
  const present = kinds.filter(({ kind }) => pieces.some((piece) => piece.kind === kind));
  const xOf = (atMs: number) => (BARS * atMs) / (endMs || 1);
  return (
    <figure>
      <div className={styles.place}>
        <svg
          className={styles.strip}
          viewBox={`0 0 ${BARS} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${counted(pieces.length, 'event')} in ${formatSeconds(endMs)}, the first text after ${formatSeconds(firstMs)}, ${counted(stalls.length, 'stall')}`}
        >
          <rect className={styles.waiting} x="0" y="0" height={HEIGHT} width={xOf(firstMs)} />
          {stalls.map(({ atMs, gapMs }) => (
            <rect
              key={atMs}
              className={styles.stall}
              x={xOf(atMs - gapMs)}
              y="0"
              height={HEIGHT}
              width={Math.max(0.4, xOf(gapMs))}
            />
          ))}
          {bars.map((bar, index) => {
            let top = HEIGHT;
            return kinds.map(({ kind }) => {
              const height = (bar[kind] / highest) * (HEIGHT - 6);
              top -= height;
              if (height === 0) return null;
              return (
                <rect
                  key={`${index} ${kind}`}
                  className={styles[kind]}
                  x={index + 0.1}
                  y={top}
                  width="0.8"
                  height={height}
                />
              );
            });
          })}
        </svg>
        {chosen && <Slider pieces={pieces} endMs={endMs} {...chosen} />}
      </div>
      <figcaption className={styles.caption}>
        <span>0</span>
        <ul className={styles.legend}>
          <li className={styles.waiting}>Reading the prompt</li>
          {present.map(({ kind, title }) => (
            <li key={kind} className={styles[kind]}>
              {title}
            </li>
          ))}
          {stalls.length > 0 && <li className={styles.stall}>Stall</li>}
        </ul>
        <span>{formatSeconds(endMs)}</span>
      </figcaption>
    </figure>
  );
}

type SliderProps = Pick<StreamStripProps, 'pieces' | 'endMs'> & NonNullable<StreamStripProps['chosen']>;

/** Lies over the strip: dragging goes by time, keys go from piece to piece. */
function Slider({ pieces, endMs, index, onChoose }: SliderProps): ReactElement {
  const { atMs } = pieces[index]!;
  const onKeyDown = (event: KeyboardEvent) => {
    const target = {
      ...{ ArrowRight: index + 1, ArrowUp: index + 1, ArrowLeft: index - 1, ArrowDown: index - 1 },
      ...{ PageUp: index + 10, PageDown: index - 10, Home: 0, End: pieces.length - 1 },
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    onChoose(Math.min(Math.max(target, 0), pieces.length - 1));
  };
  return (
    <input
      type="range"
      className={styles.slider}
      aria-label="Moment of the stream"
      aria-valuetext={`${formatSpan(atMs)}, chunk ${index + 1} of ${pieces.length}`}
      min={0}
      max={endMs || 1}
      step="any"
      value={atMs}
      onChange={(event) => onChoose(nearest(pieces, Number(event.target.value)))}
      onKeyDown={onKeyDown}
    />
  );
}

/** The piece that came closest to a moment. */
function nearest(pieces: readonly TimedPiece[], atMs: number): number {
  const after = pieces.findIndex((piece) => piece.atMs >= atMs);
  if (after < 0) return pieces.length - 1;
  if (after === 0) return 0;
  return pieces[after]!.atMs - atMs < atMs - pieces[after - 1]!.atMs ? after : after - 1;
}

type Bar = Record<PieceKind, number>;

function barsOf(pieces: readonly TimedPiece[], endMs: number): Bar[] {
  const bars = Array.from({ length: BARS }, (): Bar => ({ thinking: 0, answer: 0, call: 0, other: 0 }));
  for (const { atMs, kind } of pieces) bars[Math.min(BARS - 1, Math.floor((BARS * atMs) / (endMs || 1)))]![kind]++;
  return bars;
}
