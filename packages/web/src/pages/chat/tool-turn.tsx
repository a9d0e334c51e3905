import { type ReactElement, useState } from 'react';
import { giveOtherResult } from '../../chat/chat-actions.ts';
import { prettyJson } from '../../lib/pretty-json.ts';
import type { ToolMessage } from '../../store/records.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ResultField } from './result-field.tsx';
import styles from './tool-call-card.module.css';
import { VersionSwitch } from './version-switch.tsx';

/** What a function gave back. It can be another thing; what was there stays as a version. */
export function ToolTurn({ message }: { message: ToolMessage }): ReactElement {
  const [edited, setEdited] = useState<string | null>(null);
  const { name, content } = message;
  return (
    <article className={styles.card} aria-label={`Result of ${name}`}>
      <header className={styles.header}>
        <Icon name="check" size={16} />
        <span>
          Result of <strong>{name}</strong>
        </span>
        <span className={styles.tools}>
          <VersionSwitch message={message} />
          <IconButton label="Edit the result" icon="edit" size="small" onClick={() => setEdited(content)} />
        </span>
      </header>
      {edited === null ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        <pre className={styles.json} tabIndex={0}>
          {prettyJson(content)}
        </pre>
      ) : (
        <>
          <ResultField name={name} value={edited} onChange={setEdited} />
          <div className={styles.resultActions}>
            <Button kind="quiet" onClick={() => setEdited(null)}>
              Cancel
            </Button>
            <Button
              kind="primary"
              disabled={edited.trim() === ''}
              onClick={() => {
                setEdited(null);
                void giveOtherResult(message, edited);
              }}
            >
              Send
            </Button>
          </div>
        </>
      )}
    </article>
  );
}
