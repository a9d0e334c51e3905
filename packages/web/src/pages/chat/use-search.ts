import { useEffect, useState } from 'react';
import { type Found, searchConversations } from '../../chat/search.ts';
import { useConversationList } from './use-conversations.ts';

/** Conversations that hold a text; null where none is looked for. */
export function useSearch(query: string): readonly Found[] | null {
  const list = useConversationList();
  const [found, setFound] = useState<readonly Found[] | null>(null);
  const wanted = query.trim();
  useEffect(() => {
    if (wanted === '') return setFound(null);
    let isLate = false;
    void searchConversations(wanted).then((next) => isLate || setFound(next));
    return () => {
      isLate = true;
    };
  }, [wanted, list]);
  return wanted === '' ? null : found;
}
