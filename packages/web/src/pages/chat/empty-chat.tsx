import type { ReactElement } from 'react';
import { useServer } from '../../api/use-server.ts';
import styles from './empty-chat.module.css';
import { examplesFor } from './example-prompts.ts';

/** What is shown before the first message: a greeting, and things to try. */
export function EmptyChat({ onChoose }: { onChoose: (text: string) => void }): ReactElement {
  const { models } = useServer();
  const isBuiltIn = models.some(({ root, id }) => (root ?? id) === 'lantern-tiny');
  return (
    <div className={styles.scroll}>
      <div className={styles.empty}>
        <h2 className={styles.greeting}>What shall we talk about?</h2>
        {isBuiltIn && (
          <p className={styles.note}>
            This is the small model that comes with Lantern. It shows how everything works and knows almost nothing;
            these it answers well.
          </p>
        )}
        {/* Which examples fit is known once the models are. */}
        <ul className={styles.examples} aria-label="Examples">
          {(models.length > 0 ? examplesFor(isBuiltIn) : []).map(({ title, text }) => (
            <li key={text}>
              <button type="button" className={styles.example} onClick={() => onChoose(text)}>
                <strong>{title}</strong>
                <span>{text}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
