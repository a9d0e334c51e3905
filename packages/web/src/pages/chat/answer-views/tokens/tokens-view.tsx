import type { TokenEvent } from '@lantern/client';
import { type ReactElement, useCallback, useMemo, useState } from 'react';
import { perplexityOf, shareOf, toldTokens } from '../../../../chat/told-tokens.ts';
import { counted } from '../../../../lib/format-numbers.ts';
import { IconButton } from '../../../../ui/button.tsx';
import type { AnswerViewProps } from '../answer-view.ts';
import { AskForProbabilities } from './ask-for-probabilities.tsx';
import { Candidates } from './candidates.tsx';
import { TokenMap } from './token-map.tsx';
import styles from './tokens-view.module.css';

/** A token less likely than this is one where the model might well have gone on otherwise. */
const UNLIKELY = 0.5;
/** Tokens that are shown at once. */
const PAGE = 1000;

/** How likely every token of an answer was, and what could have stood in its place. */
export function TokensView({ message, exchange }: AnswerViewProps): ReactElement {
  const tokens = useMemo(() => (exchange ? toldTokens(exchange) : []), [exchange]);
  if (tokens.length > 0) return <Tokens tokens={tokens} />;
  if (!exchange) return <p className={styles.none}>No stream was recorded for this answer.</p>;
  if (exchange.body.logprobs !== true) return <AskForProbabilities message={message} />;
  return <p className={styles.none}>Probabilities were asked for; the server told none for the text of this answer.</p>;
}

function Tokens({ tokens }: { tokens: readonly TokenEvent[] }): ReactElement {
  const [chosen, setChosen] = useState(0);
  const [isMoved, setMoved] = useState(false);
  const [pointedAt, setPointedAt] = useState<number | null>(null);
  const unlikely = useMemo(
    () => tokens.flatMap((token, index) => (shareOf(token) < UNLIKELY ? [index] : [])),
    [tokens],
  );
  const earlier = unlikely.findLast((index) => index < chosen);
  const later = unlikely.find((index) => index > chosen);
  const from = chosen - (chosen % PAGE);
  const page = useMemo(() => tokens.slice(from, from + PAGE), [tokens, from]);
  const choose = useCallback(
    (index: number, isByHand: boolean) => {
      setChosen(Math.min(Math.max(index, 0), tokens.length - 1));
      setMoved(isByHand);
    },
    [tokens],
  );
  return (
    <div className={styles.view}>
      <Candidates token={tokens[pointedAt ?? chosen]!} />
      <div className={styles.summary}>
        <p>
          {counted(tokens.length, 'token')}, perplexity {perplexityOf(tokens).toPrecision(3)}, {unlikely.length} below
          50 %
        </p>
        <IconButton
          label="Unlikely token before"
          icon="back"
          size="small"
          disabled={earlier === undefined}
          onClick={() => choose(earlier!, false)}
        />
        <IconButton
          label="Unlikely token after"
          icon="next"
          size="small"
          disabled={later === undefined}
          onClick={() => choose(later!, false)}
        />
      </div>
      <TokenMap
        tokens={page}
        from={from}
        total={tokens.length}
        chosen={chosen}
        takesFocus={isMoved}
        onChoose={choose}
        onPoint={setPointedAt}
      />
      <div className={styles.scale} aria-hidden="true">
        certain <span className={styles.ramp} /> unlikely
      </div>
      {tokens.length > PAGE && (
        <nav className={styles.pages} aria-label="Pages of tokens">
          <IconButton
            label="Earlier tokens"
            icon="back"
            disabled={from === 0}
            onClick={() => choose(from - PAGE, false)}
          />
          <span>
            {from + 1}–{Math.min(from + PAGE, tokens.length)} of {tokens.length}
          </span>
          <IconButton
            label="Later tokens"
            icon="next"
            disabled={from + PAGE >= tokens.length}
            onClick={() => choose(from + PAGE, false)}
          />
        </nav>
      )}
    </div>
  );
}
