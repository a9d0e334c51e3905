import { type FormEvent, type KeyboardEvent, type ReactElement, useState } from 'react';
import { conversations, giveResults } from '../../chat/chat-actions.ts';
import { knownResults, MOST_ROUNDS, roundsOfCalls, wholeCalls } from '../../chat/tool-calls.ts';
import { parseList } from '../../lib/parse-list.ts';
import type { AssistantMessage } from '../../store/records.ts';
import { Button } from '../../ui/button.tsx';
import { ResultField } from './result-field.tsx';
import { ToolCallCard } from './tool-call-card.tsx';
import styles from './tool-calls.module.css';
import { useConversation } from './use-conversations.ts';
import { useDraftText } from './use-draft-text.ts';

type ToolCallsProps = { message: AssistantMessage; isLast: boolean };

/** The functions that an answer calls. Where it has just ended, they wait for their results. */
export function ToolCalls({ message, isLast }: ToolCallsProps): ReactElement {
  const { toolCalls, state } = message;
  if (isLast && state === 'done' && wholeCalls(message).length > 0) return <WaitingCalls message={message} />;
  return (
    <>
      {toolCalls.map((call, index) => (
        <ToolCallCard key={call.id} call={call} isGrowing={state === 'streaming' && index === toolCalls.length - 1} />
      ))}
    </>
  );
}

/** A form with a result for every call. What is set in the panel of tools stands there already. */
function WaitingCalls({ message }: { message: AssistantMessage }): ReactElement {
  const conversation = useConversation(message.conversationId);
  const calls = wholeCalls(message);
  const [draft, setDraft] = useDraftText(`results.${message.id}`);
  const [isSent, setSent] = useState(false);
  const known = conversation ? knownResults(message, conversation.settings) : [];
  const typed = parseList(draft);
  const results = calls.map((_, index) => typed[index] ?? known[index] ?? '');
  const missing = results.filter((result) => result.trim() === '').length;
  const submit = () => {
    if (missing > 0 || isSent) return;
    setSent(true);
    setDraft('');
    void giveResults(message, results);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    submit();
  };
  const isStuck = !known.includes(null) && roundsOfCalls(conversations.path(message.conversationId)) > MOST_ROUNDS;
  return (
    <form
      className={styles.waiting}
      aria-label="Results of calls"
      onKeyDown={onKeyDown}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        submit();
      }}
    >
      {calls.map((call, index) => (
        <ToolCallCard key={call.id} call={call} isGrowing={false}>
          <ResultField
            name={call.name}
            value={results[index]!}
            onChange={(value) =>
              setDraft(JSON.stringify(results.map((each, place) => (place === index ? value : each))))
            }
          />
        </ToolCallCard>
      ))}
      <div className={styles.actions}>
        <Button type="submit" kind="primary" disabled={missing > 0 || isSent}>
          {calls.length === 1 ? 'Send the result' : 'Send the results'}
        </Button>
        <span className={styles.words}>
          {missing > 0 && calls.length > 1 && `${missing} of ${calls.length} are missing.`}
          {missing === 0 && isStuck && `After ${MOST_ROUNDS} answers with calls the page asks before it goes on.`}
        </span>
      </div>
    </form>
  );
}
