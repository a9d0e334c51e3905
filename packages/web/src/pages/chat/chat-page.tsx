import { type ReactElement, useEffect, useState } from 'react';
import { hrefOf, navigate } from '../../app/router.ts';
import { conversations, newConversation } from '../../chat/chat-actions.ts';
import { lastSettings } from '../../chat/last-settings.ts';
import type { Conversation } from '../../store/records.ts';
import type { PageProps } from '../page.ts';
import { ChatView, type ChatViewProps } from './chat-view.tsx';
import { useConversation, useIsLoaded } from './use-conversations.ts';

export { ConversationSidebar as Sidebar } from './conversation-sidebar.tsx';

/** `#/chat` begins a conversation, `#/chat/ID` goes on with one. */
export function Page({ rest: [id] }: PageProps): ReactElement | null {
  const [panel, setPanel] = useState<string | null>(null);
  const open = { panel, onPanel: setPanel };
  return id === undefined ? <NewChat {...open} /> : <KnownChat key={id} id={id} {...open} />;
}

/** The panel that is open stays so from one conversation to the next. */
type OpenPanel = Pick<ChatViewProps, 'panel' | 'onPanel'>;

function NewChat(open: OpenPanel): ReactElement {
  const [conversation, setConversation] = useState(() => newConversation(lastSettings()));
  return (
    <ChatView
      {...open}
      conversation={conversation}
      onSettings={(settings) => setConversation({ ...conversation, settings })}
      onBegin={() => navigate(hrefOf('chat', conversation.id), { replace: true })}
    />
  );
}

function KnownChat({ id, ...open }: OpenPanel & { id: string }): ReactElement | null {
  const conversation = useConversation(id);
  const isLoaded = useIsLoaded();
  const isGone = isLoaded && !conversation;
  useEffect(() => {
    if (isGone) navigate(hrefOf('chat'), { replace: true });
  }, [isGone]);
  useTitle(conversation);
  if (!conversation) return null;
  return (
    <ChatView
      {...open}
      conversation={conversation}
      onSettings={(settings) => conversations.updateConversation(id, { settings })}
      onBegin={() => undefined}
    />
  );
}

function useTitle(conversation: Conversation | null): void {
  const title = conversation?.title;
  useEffect(() => {
    if (title) document.title = `${title} · Lantern`;
  }, [title]);
}
