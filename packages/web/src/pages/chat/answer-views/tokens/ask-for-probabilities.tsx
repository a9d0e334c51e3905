import type { ReactElement } from 'react';
import { conversations, regenerate } from '../../../../chat/chat-actions.ts';
import type { AssistantMessage } from '../../../../store/records.ts';
import { Button } from '../../../../ui/button.tsx';
import styles from './tokens-view.module.css';

/** Says how probabilities are had for an answer that came without, and gets one with them. */
export function AskForProbabilities({ message }: { message: AssistantMessage }): ReactElement {
  const { settings } = conversations.conversation(message.conversationId) ?? {};
  const again = () => {
    if (settings)
      conversations.updateConversation(message.conversationId, { settings: { ...settings, logprobs: true } });
    void regenerate(message);
    // The drawer goes with the answer that it was opened for.
    document.getElementById('main')?.focus();
  };
  return (
    <div className={styles.ask}>
      <p>
        {settings?.logprobs
          ? 'This answer came before probabilities were asked for.'
          : 'This answer was asked for without probabilities. “Probabilities of tokens” in the settings asks for them.'}
      </p>
      <Button kind="primary" icon="refresh" onClick={again}>
        {settings?.logprobs ? 'Answer again' : 'Switch them on and answer again'}
      </Button>
    </div>
  );
}
