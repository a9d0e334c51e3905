import { type KeyboardEvent, type ReactElement, useId, useState } from 'react';
import { resend } from '../../chat/chat-actions.ts';
import type { UserMessage } from '../../store/records.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { DeleteButton } from './delete-button.tsx';
import { SentPicture } from './sent-picture.tsx';
import styles from './user-turn.module.css';
import { VersionSwitch } from './version-switch.tsx';

/** What a person said. It can be said otherwise; what was there stays as a version. */
export function UserTurn({ message }: { message: UserMessage }): ReactElement {
  const [isEditing, setEditing] = useState(false);
  const { text, fileIds } = message;
  return (
    <article className={styles.turn} aria-label="You">
      {fileIds.length > 0 && (
        <div className={styles.pictures}>
          {fileIds.map((fileId) => (
            <SentPicture key={fileId} fileId={fileId} />
          ))}
        </div>
      )}
      {isEditing ? (
        <MessageEditor message={message} onEnd={() => setEditing(false)} />
      ) : (
        <>
          {text !== '' && <div className={styles.bubble}>{text}</div>}
          <div className={styles.actions}>
            <VersionSwitch message={message} />
            <CopyButton text={text} label="Copy the message" />
            <IconButton label="Edit the message" icon="edit" size="small" onClick={() => setEditing(true)} />
            <DeleteButton message={message} noun="message" />
          </div>
        </>
      )}
    </article>
  );
}

function MessageEditor({ message, onEnd }: { message: UserMessage; onEnd: () => void }): ReactElement {
  const id = useId();
  const [text, setText] = useState(message.text);
  const isEmpty = text.trim() === '' && message.fileIds.length === 0;
  const submit = () => {
    if (isEmpty) return;
    onEnd();
    void resend(message, text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onEnd();
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  return (
    <div className={styles.editor}>
      <label htmlFor={id} className="visually-hidden">
        Edit the message
      </label>
      <textarea
        id={id}
        className={styles.input}
        // biome-ignore lint/a11y/noAutofocus: the person has just asked for it.
        autoFocus
        rows={Math.min(12, text.split('\n').length + 1)}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className={styles.editorActions}>
        <Button kind="quiet" onClick={onEnd}>
          Cancel
        </Button>
        <Button kind="primary" disabled={isEmpty} onClick={submit}>
          Send
        </Button>
      </div>
    </div>
  );
}
