import { type ReactElement, useId, useState } from 'react';
import { formatSeconds } from '../../lib/format-numbers.ts';
import type { AssistantMessage } from '../../store/records.ts';
import { Icon } from '../../ui/icon.tsx';
import styles from './thinking.module.css';

/** Characters of the newest thought that are shown while it is folded. */
const GLIMPSE = 160;

/** What the model thought before it answered, folded. */
export function Thinking({ message }: { message: AssistantMessage }): ReactElement {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const { reasoning, facts, state } = message;
  const { firstMs, thoughtMs } = facts;
  const isOn = state === 'streaming' && thoughtMs === null;
  const took = firstMs !== null && thoughtMs !== null ? ` for ${formatSeconds(thoughtMs - firstMs)}` : '';
  return (
    <section className={styles.thinking} aria-label="Thinking">
      <button
        type="button"
        className={styles.fold}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="spark" size={16} />
        <span className={isOn ? styles.on : undefined}>{isOn ? 'Thinking' : `Thought${took}`}</span>
        <span className={styles.arrow} data-open={isOpen}>
          <Icon name="down" size={15} />
        </span>
      </button>
      {isOn && !isOpen && <p className={styles.glimpse}>{reasoning.slice(-GLIMPSE).replaceAll(/\s+/g, ' ')}</p>}
      <div id={id} className={styles.text} hidden={!isOpen}>
        {isOpen && reasoning.trim()}
      </div>
    </section>
  );
}
