import type { ReactElement } from 'react';
import styles from './server-page.module.css';

const PLACES = 120;
const HEIGHT = 40;

type HistoryProps = {
  /** One a second, newest last; at most 120 are shown. */
  values: readonly number[];
  label: string;
  /** What fills the height; else the highest value. */
  most?: number;
};

/** The last two minutes as a line. */
export function History({ values, label, most }: HistoryProps): ReactElement {
  const shown = values.slice(-PLACES);
  const highest = most ?? Math.max(1, ...shown);
  const from = PLACES - shown.length;
  const points = shown.map((value, index) => `${from + index},${HEIGHT - 1 - (value / highest) * (HEIGHT - 3)}`);
  const newest = shown.at(-1) ?? 0;
  return (
    <svg
      className={styles.history}
      viewBox={`0 0 ${PLACES - 1} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${label} in the last two minutes: now ${Math.round(100 * newest) / 100}, at most ${Math.round(100 * Math.max(0, ...shown)) / 100}`}
    >
      {points.length > 1 && (
        <>
          <polygon className={styles.area} points={`${from},${HEIGHT} ${points.join(' ')} ${PLACES - 1},${HEIGHT}`} />
          <polyline className={styles.line} points={points.join(' ')} />
        </>
      )}
    </svg>
  );
}
