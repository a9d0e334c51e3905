import { type FormEvent, type ReactElement, useId, useState } from 'react';
import { hrefOf } from '../../app/router.ts';
import { conversations } from '../../chat/chat-actions.ts';
import { exportConversation, exportMarkdown } from '../../chat/transfer.ts';
import type { Conversation } from '../../store/records.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import styles from './conversation-row.module.css';

type ConversationRowProps = { conversation: Conversation; isCurrent: boolean; excerpt?: string | null };

/** A conversation in the list, and what can be done with it. */
export function ConversationRow({ conversation, isCurrent, excerpt = null }: ConversationRowProps): ReactElement {
  const [asked, setAsked] = useState<'rename' | 'delete' | null>(null);
  const { id, title } = conversation;
  return (
    <li className={styles.row}>
      <a href={hrefOf('chat', id)} className={styles.link} aria-current={isCurrent ? 'page' : undefined} title={title}>
        <span className={styles.title}>{title}</span>
        {excerpt !== null && <small className={styles.excerpt}>{excerpt}</small>}
      </a>
      <div className={styles.more}>
        <Menu align="end" trigger={<IconButton label={`More for ${title}`} icon="more" size="small" />}>
          <MenuItem icon="edit" onChoose={() => setAsked('rename')}>
            Rename …
          </MenuItem>
          <MenuItem icon="export" onChoose={() => void exportMarkdown(id)}>
            Export as Markdown
          </MenuItem>
          <MenuItem icon="export" onChoose={() => void exportConversation(id)}>
            Export as JSON
          </MenuItem>
          <MenuItem icon="trash" isDangerous onChoose={() => setAsked('delete')}>
            Delete …
          </MenuItem>
        </Menu>
      </div>
      <Dialog isOpen={asked === 'rename'} title="Rename the conversation" onClose={() => setAsked(null)}>
        <RenameForm conversation={conversation} onEnd={() => setAsked(null)} />
      </Dialog>
      <Dialog isOpen={asked === 'delete'} title="Delete the conversation?" onClose={() => setAsked(null)}>
        <p>“{title}” and everything in it will be gone from this browser.</p>
        <DialogActions>
          <Button onClick={() => setAsked(null)}>Keep it</Button>
          <Button kind="danger" onClick={() => conversations.deleteConversation(id)}>
            Delete
          </Button>
        </DialogActions>
      </Dialog>
    </li>
  );
}

function RenameForm({ conversation, onEnd }: { conversation: Conversation; onEnd: () => void }): ReactElement {
  const fieldId = useId();
  const [title, setTitle] = useState(conversation.title);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim() === '') return;
    conversations.updateConversation(conversation.id, { title: title.trim(), isNamed: true });
    onEnd();
  };
  return (
    <form onSubmit={submit}>
      <TextField id={fieldId} label="Title" value={title} maxLength={200} onChange={setTitle} />
      <DialogActions>
        <Button kind="quiet" onClick={onEnd}>
          Cancel
        </Button>
        <Button type="submit" kind="primary" disabled={title.trim() === ''}>
          Rename
        </Button>
      </DialogActions>
    </form>
  );
}
