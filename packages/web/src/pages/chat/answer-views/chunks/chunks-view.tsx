import { type ReactElement, useMemo, useState } from 'react';
import { stallsOf, stallThreshold, type TimedPiece, timedPieces } from '../../../../chat/timed-pieces.ts';
import { counted, formatSpan } from '../../../../lib/format-numbers.ts';
import { prettyJson } from '../../../../lib/pretty-json.ts';
import { IconButton } from '../../../../ui/button.tsx';
import { CodeBlock } from '../../../../ui/code-block.tsx';
import type { AnswerViewProps } from '../answer-view.ts';
import { StreamStrip } from '../stream-strip.tsx';
import { ChunkList } from './chunk-list.tsx';
import styles from './chunks-view.module.css';

/** The stream as it came: every chunk with its time, and the one that is chosen as it was sent. */
export function ChunksView({ exchange }: AnswerViewProps): ReactElement {
  const pieces = useMemo(() => (exchange ? timedPieces(exchange) : []), [exchange]);
  if (pieces.length === 0) return <p className={styles.none}>No stream was recorded for this answer.</p>;
  return <Chunks pieces={pieces} endMs={exchange?.endedMs ?? pieces.at(-1)!.atMs} />;
}

function Chunks({ pieces, endMs }: { pieces: readonly TimedPiece[]; endMs: number }): ReactElement {
  const [index, setIndex] = useState(0);
  const stallMs = useMemo(() => stallThreshold(pieces), [pieces]);
  const stalls = useMemo(() => stallsOf(pieces), [pieces]);
  const earlier = stalls.findLast((stall) => stall < index);
  const later = stalls.find((stall) => stall > index);
  const { data } = pieces[index]!;
  const isJson = data.startsWith('{');
  return (
    <div className={styles.view}>
      <StreamStrip pieces={pieces} endMs={endMs} chosen={{ index, onChoose: setIndex }} />
      <div className={styles.summary}>
        <p>
          {counted(pieces.length, 'chunk')}
          {stalls.length > 0 && `, ${counted(stalls.length, 'stall')} of ${formatSpan(stallMs)} or more`}
        </p>
        {stalls.length > 0 && (
          <>
            <IconButton
              label="Stall before"
              icon="back"
              size="small"
              disabled={earlier === undefined}
              onClick={() => setIndex(earlier!)}
            />
            <IconButton
              label="Stall after"
              icon="next"
              size="small"
              disabled={later === undefined}
              onClick={() => setIndex(later!)}
            />
          </>
        )}
      </div>
      <ChunkList pieces={pieces} stallMs={stallMs} chosen={index} onChoose={setIndex} />
      <section aria-label={`Chunk ${index + 1} as sent`}>
        <CodeBlock code={isJson ? prettyJson(data) : data} language={isJson ? 'json' : ''} copied={data} />
      </section>
    </div>
  );
}
