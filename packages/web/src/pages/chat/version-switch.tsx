import type { ReactElement } from 'react';
import { conversations } from '../../chat/chat-actions.ts';
import { versionsOf } from '../../store/message-tree.ts';
import type { Message } from '../../store/records.ts';
import { IconButton } from '../../ui/button.tsx';
import styles from './version-switch.module.css';

/** Leads to the other versions of a message, where there are any. */
export function VersionSwitch({ message }: { message: Message }): ReactElement | null {
  const { conversationId, id } = message;
  const messages = conversations.messages(conversationId);
  const versions = messages ? versionsOf(messages, message) : [];
  if (versions.length < 2) return null;
  const place = versions.findIndex((version) => version.id === id);
  const go = (step: number) => conversations.choose(conversationId, versions[place + step]!.id);
  return (
    <span className={styles.switch}>
      <IconButton label="Earlier version" icon="back" size="small" disabled={place === 0} onClick={() => go(-1)} />
      <span className={styles.count}>
        <span className="visually-hidden">Version </span>
        {place + 1}/{versions.length}
      </span>
      <IconButton
        label="Later version"
        icon="next"
        size="small"
        disabled={place === versions.length - 1}
        onClick={() => go(1)}
      />
    </span>
  );
}
