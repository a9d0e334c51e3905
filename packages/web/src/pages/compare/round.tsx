import type { ReactElement } from 'react';
import type { Turn } from '../../chat/comparisons.ts';
import { IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { AssistantTurn } from '../chat/assistant-turn.tsx';
import { useMessage } from '../chat/use-conversations.ts';
import styles from './comparison-view.module.css';

type RoundProps = {
  /** Of the columns that are shown; undefined where a column was not asked. */
  turns: readonly (Turn | undefined)[];
  names: readonly string[];
  isLast: boolean;
  onAgain: () => void;
};

/** A question, and beneath it what each column answers. */
export function Round({ turns, names, isLast, onAgain }: RoundProps): ReactElement {
  const text = turns.find((turn) => turn)?.question.text ?? '';
  return (
    <>
      <article className={styles.question} aria-label="You">
        <div className={styles.bubble}>{text}</div>
        <div className={styles.actions}>
          <CopyButton text={text} label="Copy the question" />
          {isLast && <IconButton label="Answer again in all columns" icon="refresh" size="small" onClick={onAgain} />}
        </div>
      </article>
      {turns.map((turn, index) => (
        <section key={names[index]} className={styles.cell} aria-label={`Column ${names[index]}`}>
          {turn?.answers.map(({ id, conversationId }) => (
            <Answer key={id} id={id} conversationId={conversationId} isLast={isLast} />
          ))}
        </section>
      ))}
    </>
  );
}

type AnswerProps = { conversationId: string; id: string; isLast: boolean };

/** Without deleting: the questions of all columns stay the same. */
function Answer({ conversationId, id, isLast }: AnswerProps): ReactElement | null {
  const message = useMessage(conversationId, id);
  return message?.role === 'assistant' ? <AssistantTurn message={message} isLast={isLast} canDelete={false} /> : null;
}
