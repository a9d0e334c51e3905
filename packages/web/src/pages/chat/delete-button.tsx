import { type ReactElement, useState } from 'react';
import { conversations } from '../../chat/chat-actions.ts';
import type { Message } from '../../store/records.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';

/** Deletes a message and what follows it, after asking. */
export function DeleteButton({
  message: { conversationId, id },
  noun,
}: {
  message: Message;
  noun: string;
}): ReactElement {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <IconButton label={`Delete the ${noun}`} icon="trash" size="small" onClick={() => setAsking(true)} />
      <Dialog isOpen={isAsking} title={`Delete the ${noun}?`} onClose={() => setAsking(false)}>
        <p>Everything that follows it in the conversation goes with it. Other versions stay.</p>
        <DialogActions>
          <Button onClick={() => setAsking(false)}>Keep it</Button>
          <Button kind="danger" onClick={() => conversations.deleteMessage(conversationId, id)}>
            Delete
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
