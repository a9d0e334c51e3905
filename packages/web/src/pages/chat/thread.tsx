import { type ReactElement, useEffect } from 'react';
import { useStickToBottom } from 'use-stick-to-bottom';
import { IconButton } from '../../ui/button.tsx';
import { MessageItem } from './message-item.tsx';
import styles from './thread.module.css';

type ThreadProps = { conversationId: string; path: readonly string[] | null };

/** The messages of the branch that is shown. It follows a growing answer until the person scrolls up. */
export function Thread({ conversationId, path }: ThreadProps): ReactElement {
  const { scrollRef, contentRef, isAtBottom, scrollToBottom } = useStickToBottom({
    initial: 'instant',
    resize: 'instant',
  });
  const lastId = path?.at(-1);
  useEffect(() => void scrollToBottom('instant'), [lastId]);
  return (
    <div className={styles.place}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section ref={scrollRef} className={styles.scroll} aria-label="Conversation" tabIndex={0}>
        <div ref={contentRef} className={styles.content}>
          {path?.map((id) => (
            <MessageItem key={id} conversationId={conversationId} id={id} isLast={id === lastId} />
          ))}
        </div>
      </section>
      {!isAtBottom && (
        <IconButton
          label="Scroll to the end"
          icon="down"
          className={styles.toEnd}
          onClick={() => void scrollToBottom('smooth')}
        />
      )}
    </div>
  );
}
