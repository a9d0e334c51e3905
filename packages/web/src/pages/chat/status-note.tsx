import type { ReactElement } from 'react';
import { useServer } from '../../api/use-server.ts';
import { Icon } from '../../ui/icon.tsx';
import styles from './status-note.module.css';
import { useStorageFailure } from './use-conversations.ts';

/** What stands in the way of talking, if anything does. */
export function StatusNote(): ReactElement | null {
  const { reachability } = useServer();
  const storage = useStorageFailure();
  const note =
    reachability.kind === 'gone'
      ? 'The server cannot be reached. The page goes on as soon as it is back.'
      : reachability.kind === 'failed'
        ? 'The server could not load its model; its log says why.'
        : reachability.kind === 'loading'
          ? `The model is being loaded: ${Math.floor(100 * reachability.progress)} %.`
          : storage !== null
            ? `This browser keeps nothing (${storage}); conversations last until the page is closed.`
            : null;
  return (
    <div role="status" className={styles.place}>
      {note !== null && (
        <p className={styles.note} data-kind={reachability.kind}>
          <Icon name={reachability.kind === 'loading' ? 'refresh' : 'warning'} size={16} />
          {note}
        </p>
      )}
    </div>
  );
}
