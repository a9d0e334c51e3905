import { type ReactElement, useMemo } from 'react';
import { answerSpeed } from '../../../../chat/answer-speed.ts';
import { type PieceKind, timedPieces } from '../../../../chat/timed-pieces.ts';
import { counted, formatCount, formatRate, formatSeconds } from '../../../../lib/format-numbers.ts';
import type { AssistantMessage } from '../../../../store/records.ts';
import type { AnswerViewProps } from '../answer-view.ts';
import styles from './timeline-view.module.css';

const BARS = 120;
const HEIGHT = 72;
const kinds: readonly { kind: Exclude<PieceKind, 'other'>; title: string }[] = [
  { kind: 'thinking', title: 'Thinking' },
  { kind: 'answer', title: 'Answer' },
  { kind: 'call', title: 'Calls' },
];

/** When the pieces of an answer came, and the figures of its request. */
export function TimelineView({ message, exchange }: AnswerViewProps): ReactElement {
  const pieces = useMemo(() => (exchange ? timedPieces(exchange) : []), [exchange]);
  const endMs = exchange?.endedMs ?? pieces.at(-1)?.atMs ?? 0;
  const firstMs = pieces.find(({ kind }) => kind !== 'other')?.atMs ?? endMs;
  const bars = barsOf(pieces, endMs);
  const highest = Math.max(1, ...bars.map((bar) => bar.thinking + bar.answer + bar.call));
  const present = kinds.filter(({ kind }) => pieces.some((piece) => piece.kind === kind));
  return (
    <>
      {pieces.length > 0 ? (
        <figure>
          <svg
            className={styles.strip}
            viewBox={`0 0 ${BARS} ${HEIGHT}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={`${counted(pieces.length, 'event')} in ${formatSeconds(endMs)}, the first text after ${formatSeconds(firstMs)}`}
          >
            <rect className={styles.waiting} x="0" y="0" height={HEIGHT} width={(BARS * firstMs) / (endMs || 1)} />
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
          <figcaption className={styles.caption}>
            <span>0</span>
            <ul className={styles.legend}>
              <li className={styles.waiting}>Reading the prompt</li>
              {present.map(({ kind, title }) => (
                <li key={kind} className={styles[kind]}>
                  {title}
                </li>
              ))}
            </ul>
            <span>{formatSeconds(endMs)}</span>
          </figcaption>
        </figure>
      ) : (
        <p className={styles.none}>No stream was recorded for this answer.</p>
      )}
      <dl className={styles.figures}>
        {figuresOf(message).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

type Bar = Record<PieceKind, number>;

function barsOf(pieces: readonly { atMs: number; kind: PieceKind }[], endMs: number): Bar[] {
  const bars = Array.from({ length: BARS }, (): Bar => ({ thinking: 0, answer: 0, call: 0, other: 0 }));
  for (const { atMs, kind } of pieces) bars[Math.min(BARS - 1, Math.floor((BARS * atMs) / (endMs || 1)))]![kind]++;
  return bars;
}

function figuresOf({ facts, model, finishReason }: AssistantMessage): [string, string][] {
  const { firstMs, thoughtMs, endMs, usage, timings } = facts;
  const { perSecond, isCounted, tokens } = answerSpeed(facts, null);
  const all: [string, string | null][] = [
    ['Model', model],
    ['First token after', firstMs === null ? null : formatSeconds(firstMs)],
    ['Thinking', firstMs === null || thoughtMs === null ? null : formatSeconds(thoughtMs - firstMs)],
    ['Whole answer', endMs === null ? null : formatSeconds(endMs)],
    ['Speed', perSecond === null ? null : `${isCounted ? '' : '≈ '}${formatRate(perSecond)} tokens/s`],
    ['Tokens of the prompt', usage ? formatCount(usage.promptTokens) : null],
    ['of these cached', usage?.cachedTokens == null ? null : formatCount(usage.cachedTokens)],
    ['Tokens of the answer', `${isCounted ? '' : '≈ '}${formatCount(tokens)}`],
    ['of these thinking', usage?.reasoningTokens == null ? null : formatCount(usage.reasoningTokens)],
    ['Drafts that came true', usage?.acceptedDraftTokens ? formatCount(usage.acceptedDraftTokens) : null],
    ['Server: waiting', timings ? formatSeconds(1000 * timings.queueSeconds) : null],
    ['Server: reading', timings ? formatSeconds(1000 * timings.prefillSeconds) : null],
    ['Server: writing', timings ? formatSeconds(1000 * timings.decodeSeconds) : null],
    ['Ended because', finishReason],
  ];
  return all.filter((each): each is [string, string] => each[1] !== null);
}
