import { useState } from 'react';

/** What is typed and not sent, kept while the tab is: a reload loses nothing. */
export function useDraftText(conversationId: string): [string, (text: string) => void] {
  // What was typed before a conversation began is found again in the next new one.
  const [text, setText] = useState(() => sessionStorage.getItem(nameOf(conversationId)) ?? '');
  const set = (next: string) => {
    setText(next);
    if (next === '') sessionStorage.removeItem(nameOf(conversationId));
    else sessionStorage.setItem(nameOf(conversationId), next);
  };
  return [text, set];
}

function nameOf(conversationId: string): string {
  return `lantern.draft.${conversationId}`;
}
