import type { ReactElement } from 'react';
import { regenerate } from '../../chat/chat-actions.ts';
import type { AssistantMessage } from '../../store/records.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './failure-note.module.css';

/** Why an answer is not whole, and trying again. Nothing where it is. */
export function FailureNote({ message }: { message: AssistantMessage }): ReactElement | null {
  const words = wordsFor(message);
  if (words === null) return null;
  return (
    <div className={styles.note} data-state={message.state} role={message.state === 'failed' ? 'alert' : undefined}>
      <Icon name={message.state === 'failed' ? 'warning' : 'stop'} size={17} />
      <p className={styles.words}>{words}</p>
      {message.state !== 'done' && (
        <Button kind="quiet" icon="refresh" onClick={() => void regenerate(message)}>
          Try again
        </Button>
      )}
    </div>
  );
}

function wordsFor({ state, failure, finishReason, content }: AssistantMessage): string | null {
  switch (state) {
    case 'failed':
      return failureWords(failure);
    case 'stopped':
      return 'You stopped this answer.';
    case 'cut':
      return 'This answer was cut off: its page was closed or reloaded.';
    case 'done':
      if (finishReason === 'length') return 'The answer ended because it reached its longest length.';
      return content === '' && finishReason === 'stop' ? 'The model said nothing.' : null;
    default:
      return null;
  }
}

function failureWords(failure: AssistantMessage['failure']): string {
  if (!failure) return 'The answer failed.';
  const { status, code, message, retryAfter } = failure;
  if (status === 401) return 'The server did not accept the key.';
  if (status === 429) {
    const when = retryAfter === null ? 'in a while' : `in ${Math.ceil(retryAfter)} s`;
    return `The server has too much to do; try again ${when}.`;
  }
  if (code === 'connection_failed') return 'The server could not be reached.';
  if (code === 'cut_off') return 'The connection was lost before the answer was whole.';
  // The client's messages end with the address, which is that of this page.
  return message.replace(/ \((?:\d+ from|in the middle of the stream from) \S+\)$/, '');
}
