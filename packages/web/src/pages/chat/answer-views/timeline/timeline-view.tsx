import { type ReactElement, useMemo } from 'react';
import { answerSpeed } from '../../../../chat/answer-speed.ts';
import { timedPieces } from '../../../../chat/timed-pieces.ts';
import { formatCount, formatRate, formatSeconds } from '../../../../lib/format-numbers.ts';
import type { AssistantMessage, StoredExchange } from '../../../../store/records.ts';
import type { AnswerViewProps } from '../answer-view.ts';
import { StreamStrip } from '../stream-strip.tsx';
import styles from './timeline-view.module.css';

/** When the pieces of an answer came, and the figures of its request. */
export function TimelineView({ message, exchange }: AnswerViewProps): ReactElement {
  const pieces = useMemo(() => (exchange ? timedPieces(exchange) : []), [exchange]);
  return (
    <>
      {pieces.length > 0 ? (
        <StreamStrip pieces={pieces} endMs={exchange?.endedMs ?? pieces.at(-1)!.atMs} />
      ) : (
        <p className={styles.none}>No stream was recorded for this answer.</p>
      )}
      <dl className={styles.figures}>
        {figuresOf(message, exchange).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function figuresOf(message: AssistantMessage, exchange: StoredExchange | null): [string, string][] {
  const { facts, model, finishReason, failure } = message;
  const { firstMs, thoughtMs, endMs, usage, timings } = facts;
  const { perSecond, isCounted, tokens } = answerSpeed(facts, null);
  const status = exchange?.status ?? failure?.status ?? null;
  const all: [string, string | null][] = [
    ['Failed because', failure?.message ?? null],
    ['Model', model],
    ['First token after', firstMs === null ? null : formatSeconds(firstMs)],
    ['Thinking', firstMs === null || thoughtMs === null ? null : formatSeconds(thoughtMs - firstMs)],
    ['Whole answer', endMs === null ? null : formatSeconds(endMs)],
    ['Speed', perSecond === null ? null : `${isCounted ? '' : '≈ '}${formatRate(perSecond)} tokens/s`],
    ['Tokens of the prompt', usage ? formatCount(usage.promptTokens) : null],
    ['of these cached', usage?.cachedTokens == null ? null : formatCount(usage.cachedTokens)],
    ['Tokens written', `${isCounted ? '' : '≈ '}${formatCount(tokens)}`],
    ['of these thinking', usage?.reasoningTokens == null ? null : formatCount(usage.reasoningTokens)],
    [
      'of these answer',
      usage?.reasoningTokens == null ? null : formatCount(usage.completionTokens - usage.reasoningTokens),
    ],
    ['Drafts that came true', usage?.acceptedDraftTokens ? formatCount(usage.acceptedDraftTokens) : null],
    ['Server: waiting', timings ? formatSeconds(1000 * timings.queueSeconds) : null],
    ['Server: reading', timings ? formatSeconds(1000 * timings.prefillSeconds) : null],
    ['Server: writing', timings ? formatSeconds(1000 * timings.decodeSeconds) : null],
    ['Finish reason', finishReason],
    ['HTTP status', status === null ? null : String(status)],
    ['Request id', exchange?.requestId ?? null],
  ];
  return all.filter((each): each is [string, string] => each[1] !== null);
}
