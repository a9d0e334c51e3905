import type { TokenEvent } from '@lantern/client';
import type { ReactElement } from 'react';
import { candidatesOf, isSame, shareOf, shownToken } from '../../../../chat/told-tokens.ts';
import { formatShare } from '../../../../lib/format-numbers.ts';
import styles from './tokens-view.module.css';

/** What could have stood at the place of a token, and how likely each was. */
export function Candidates({ token }: { token: TokenEvent }): ReactElement {
  return (
    <section className={styles.card} aria-label="What could have stood here">
      <ol className={styles.candidates}>
        {candidatesOf(token).map((candidate) => {
          const share = shareOf(candidate);
          const isTaken = isSame(candidate, token);
          return (
            <li key={`${candidate.token} ${candidate.bytes?.join()}`} data-taken={isTaken || undefined}>
              <code className={styles.word}>{shownToken(candidate)}</code>
              <span className={styles.meter}>
                <span style={{ width: `${100 * share}%` }} />
              </span>
              <span className={styles.share}>{formatShare(share)}</span>
              {isTaken && <span className="visually-hidden">, taken</span>}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
