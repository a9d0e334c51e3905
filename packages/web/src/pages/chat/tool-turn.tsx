import type { ReactElement } from 'react';
import { prettyJson } from '../../lib/pretty-json.ts';
import type { ToolMessage } from '../../store/records.ts';
import { Icon } from '../../ui/icon.tsx';
import styles from './tool-call-card.module.css';

/** What a function gave back. */
export function ToolTurn({ message }: { message: ToolMessage }): ReactElement {
  return (
    <article className={styles.card} aria-label={`Result of ${message.name}`}>
      <header className={styles.header}>
        <Icon name="check" size={16} />
        <span>
          Result of <strong>{message.name}</strong>
        </span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre className={styles.json} tabIndex={0}>
        {prettyJson(message.content)}
      </pre>
    </article>
  );
}
