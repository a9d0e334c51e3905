import { type ReactElement, useState } from 'react';
import { answerSpeed } from '../../chat/answer-speed.ts';
import { regenerate } from '../../chat/chat-actions.ts';
import { counted, formatCount, formatRate, formatSeconds } from '../../lib/format-numbers.ts';
import type { AssistantMessage } from '../../store/records.ts';
import { IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import styles from './answer-footer.module.css';
import { AnswerDrawer } from './answer-views/answer-drawer.tsx';
import { DeleteButton } from './delete-button.tsx';
import { VersionSwitch } from './version-switch.tsx';

type AnswerFooterProps = { message: AssistantMessage; canDelete: boolean };

/** What can be done with an answer, and what it took. */
export function AnswerFooter({ message, canDelete }: AnswerFooterProps): ReactElement | null {
  const [isOpen, setOpen] = useState(false);
  const { content, state, facts } = message;
  const isStreaming = state === 'streaming';
  if (isStreaming && facts.pieces === 0) return null;
  return (
    <footer className={styles.footer}>
      {!isStreaming && (
        <>
          <VersionSwitch message={message} />
          {content !== '' && <CopyButton text={content} label="Copy the answer" />}
          {/* One that is not whole has its own button for that. */}
          {state === 'done' && (
            <IconButton label="Answer again" icon="refresh" size="small" onClick={() => void regenerate(message)} />
          )}
          {canDelete && <DeleteButton message={message} noun="answer" />}
        </>
      )}
      <button
        type="button"
        className={styles.facts}
        title="What happened"
        disabled={isStreaming}
        onClick={() => setOpen(true)}
      >
        <Facts message={message} />
      </button>
      {isOpen && <AnswerDrawer message={message} onClose={() => setOpen(false)} />}
    </footer>
  );
}

/** The figures of an answer in one line. */
function Facts({ message: { facts, createdAt, state } }: { message: AssistantMessage }): ReactElement {
  const { usage, firstMs } = facts;
  const { tokens, perSecond, isCounted } = answerSpeed(facts, state === 'streaming' ? Date.now() - createdAt : null);
  const parts = [
    perSecond !== null && `${isCounted ? '' : '≈ '}${formatRate(perSecond)} tok/s`,
    tokens > 0 && `${isCounted ? '' : '≈ '}${counted(tokens, 'token')}`,
    usage?.cachedTokens ? `${formatCount(usage.cachedTokens)} of ${formatCount(usage.promptTokens)} cached` : false,
    firstMs !== null && `first after ${formatSeconds(firstMs)}`,
  ].filter((part): part is string => typeof part === 'string');
  return (
    <>
      {parts.map((part) => (
        <span key={part.replace(/[\d.,]+/g, '')}>{part}</span>
      ))}
      {parts.length === 0 && <span>Details</span>}
    </>
  );
}
