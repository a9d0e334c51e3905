import { lazy, type ReactElement, Suspense, useEffect, useState } from 'react';
import { conversations } from '../../../chat/chat-actions.ts';
import type { AssistantMessage, StoredExchange } from '../../../store/records.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { Tabs } from '../../../ui/tabs.tsx';
import { answerViews } from './answer-view.ts';

const loaded = new Map(
  answerViews.map(({ id, load }) => [id, lazy(async () => ({ default: (await load()).View }))] as const),
);

type AnswerDrawerProps = { message: AssistantMessage; onClose: () => void };

/** What happened for an answer: every view of its record. */
export function AnswerDrawer({ message, onClose }: AnswerDrawerProps): ReactElement {
  const [exchange, setExchange] = useState<StoredExchange | null | undefined>();
  const [shown, setShown] = useState(answerViews[0]!.id);
  useEffect(() => {
    let isLate = false;
    conversations.exchange(message.id).then(
      (found) => isLate || setExchange(found),
      () => isLate || setExchange(null),
    );
    return () => {
      isLate = true;
    };
  }, [message.id]);
  const View = loaded.get(shown)!;
  return (
    <Dialog isOpen title="What happened" place="side" onClose={onClose}>
      <Tabs label="Views" tabs={answerViews} value={shown} onChange={setShown}>
        {exchange !== undefined && (
          <Suspense>
            <View message={message} exchange={exchange} />
          </Suspense>
        )}
      </Tabs>
    </Dialog>
  );
}
