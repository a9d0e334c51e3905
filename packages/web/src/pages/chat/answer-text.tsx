import { lazy, type ReactElement, Suspense, useRef } from 'react';
import { conversations } from '../../chat/chat-actions.ts';
import { pathTo } from '../../store/message-tree.ts';
import type { AssistantMessage } from '../../store/records.ts';
import { Markdown } from '../../ui/markdown.tsx';
import { usePicture } from './use-picture.ts';

const AnswerBoxes = lazy(async () => ({ default: (await import('./boxes/answer-boxes.tsx')).AnswerBoxes }));

/** What an answer says, and where it names boxes, these in the last picture before it. */
export function AnswerText({ message }: { message: AssistantMessage }): ReactElement {
  const { content, state } = message;
  const text = useRef<HTMLDivElement>(null);
  const picture = usePicture(content.includes('"bbox_2d"') ? lastPicture(message) : null);
  return (
    <>
      <div ref={text}>
        <Markdown text={content} isStreaming={state === 'streaming'} />
      </div>
      {picture && (
        <Suspense>
          <AnswerBoxes content={content} text={text} picture={picture} />
        </Suspense>
      )}
    </>
  );
}

function lastPicture({ conversationId, parentId }: AssistantMessage): string | null {
  const before = pathTo(conversations.messages(conversationId) ?? new Map(), parentId);
  const ids = before.flatMap((message) => (message.role === 'user' ? message.fileIds : []));
  return ids.at(-1) ?? null;
}
