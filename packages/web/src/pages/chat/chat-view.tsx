import type { ReactElement } from 'react';
import { useServer } from '../../api/use-server.ts';
import { type Draft, send } from '../../chat/chat-actions.ts';
import { keepSettings } from '../../chat/last-settings.ts';
import type { ChatSettings, Conversation } from '../../store/records.ts';
import { ChatHeader } from './chat-header.tsx';
import styles from './chat-view.module.css';
import { Composer } from './composer.tsx';
import { EmptyChat } from './empty-chat.tsx';
import { ChatPanel } from './panels/chat-panel.tsx';
import { StatusNote } from './status-note.tsx';
import { Thread } from './thread.tsx';
import { usePath } from './use-conversations.ts';

export type ChatViewProps = {
  conversation: Conversation;
  /** The panel that is open, by its id. */
  panel: string | null;
  onPanel: (id: string | null) => void;
  onSettings: (settings: ChatSettings) => void;
  /** The first message is being sent: the conversation exists now. */
  onBegin: () => void;
};

/** A conversation: what was said, what to say, and how it is asked. */
export function ChatView({ conversation, panel, onPanel, onSettings, onBegin }: ChatViewProps): ReactElement {
  const path = usePath(conversation.id);
  const { models } = useServer();
  const { settings } = conversation;
  const change = (part: Partial<ChatSettings>) => {
    const next = { ...settings, ...part };
    keepSettings(next);
    onSettings(next);
  };
  const submit = (draft: Draft) => {
    void send(conversation, draft);
    onBegin();
  };
  const isEmpty = conversation.leafId === null;
  const model = models.find(({ id }) => id === settings.model) ?? models[0];
  const seesPictures = model?.architecture?.input_modalities.includes('image') ?? false;
  return (
    <div className={styles.view}>
      <div className={styles.column}>
        <ChatHeader conversation={conversation} onChange={change} panel={panel} onPanel={onPanel} />
        {isEmpty ? (
          <EmptyChat onChoose={(text) => submit({ text, files: [] })} />
        ) : (
          <Thread conversationId={conversation.id} path={path} />
        )}
        <div className={styles.foot}>
          <StatusNote />
          <Composer
            conversationId={conversation.id}
            lastId={path?.at(-1) ?? null}
            settings={settings}
            onChange={change}
            seesPictures={seesPictures}
            onSend={submit}
          />
        </div>
      </div>
      <ChatPanel panel={panel} onClose={() => onPanel(null)} settings={settings} onChange={change} />
    </div>
  );
}
