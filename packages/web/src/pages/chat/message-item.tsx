import { memo, type ReactElement } from 'react';
import { AssistantTurn } from './assistant-turn.tsx';
import { ToolTurn } from './tool-turn.tsx';
import { useMessage } from './use-conversations.ts';
import { UserTurn } from './user-turn.tsx';

export type MessageItemProps = { conversationId: string; id: string; isLast: boolean };

/** One message, drawn again only when it changes itself. */
export const MessageItem = memo(function MessageItem({
  conversationId,
  id,
  isLast,
}: MessageItemProps): ReactElement | null {
  const message = useMessage(conversationId, id);
  switch (message?.role) {
    case 'user':
      return <UserTurn message={message} />;
    case 'assistant':
      return <AssistantTurn message={message} isLast={isLast} />;
    case 'tool':
      return <ToolTurn message={message} />;
    default:
      return null;
  }
});
