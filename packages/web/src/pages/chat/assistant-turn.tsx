import type { ReactElement } from 'react';
import type { AssistantMessage } from '../../store/records.ts';
import { classes } from '../../ui/classes.ts';
import { AnswerFooter } from './answer-footer.tsx';
import { AnswerText } from './answer-text.tsx';
import styles from './assistant-turn.module.css';
import { FailureNote } from './failure-note.tsx';
import { Thinking } from './thinking.tsx';
import { ToolCalls } from './tool-calls.tsx';

type AssistantTurnProps = { message: AssistantMessage; isLast: boolean; canDelete?: boolean };

/** What the model said: its thinking, its answer, the functions it calls, how it ended. */
export function AssistantTurn({ message, isLast, canDelete = true }: AssistantTurnProps): ReactElement {
  const { content, reasoning, toolCalls, state } = message;
  const isStreaming = state === 'streaming';
  const isSilent = content === '' && reasoning === '' && toolCalls.length === 0;
  return (
    <article className={classes(styles.turn, isLast && styles.last)} aria-label="Answer" aria-busy={isStreaming}>
      {reasoning !== '' && <Thinking message={message} />}
      {isStreaming && isSilent && <Waiting />}
      {content !== '' && <AnswerText message={message} />}
      {toolCalls.length > 0 && <ToolCalls message={message} isLast={isLast} />}
      <FailureNote message={message} />
      <AnswerFooter message={message} canDelete={canDelete} />
    </article>
  );
}

function Waiting(): ReactElement {
  return (
    <p className={styles.waiting}>
      <span className={styles.dot} />
      <span className={styles.dot} />
      <span className={styles.dot} />
      <span className="visually-hidden">Waiting for the first word</span>
    </p>
  );
}
