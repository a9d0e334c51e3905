import { type ReactElement, useEffect } from 'react';
import styles from './notice.module.css';

const SHOWN_MS = 8000;

/** Says something once, and goes. */
export function Notice({ text, onEnd }: { text: string | null; onEnd: () => void }): ReactElement {
  useEffect(() => {
    if (text === null) return;
    const timer = setTimeout(onEnd, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return <div role="status">{text !== null && <p className={styles.notice}>{text}</p>}</div>;
}
