/** What tabs of one browser tell each other. */
export type TabNews =
  | { type: 'changed'; conversationId: string }
  /** Everything may be different, as after an import. */
  | { type: 'all-changed' }
  /** Asks who streams this answer; whoever does says so. */
  | { type: 'who-streams'; messageId: string }
  | { type: 'i-stream'; messageId: string };

const channel = new BroadcastChannel('lantern');

/** Tells the other tabs; this one hears nothing of it. */
export function tellTabs(news: TabNews): void {
  channel.postMessage(news);
}

/** Listens to the other tabs; gives what ends it. */
export function onTabNews(listener: (news: TabNews) => void): () => void {
  const hear = (event: MessageEvent<TabNews>) => listener(event.data);
  channel.addEventListener('message', hear);
  return () => channel.removeEventListener('message', hear);
}

const ANSWER_MS = 1000;

/** Whether another tab streams this answer. */
export function isStreamedElsewhere(messageId: string): Promise<boolean> {
  return new Promise((resolve) => {
    const decide = (is: boolean) => {
      clearTimeout(timer);
      stop();
      resolve(is);
    };
    const timer = setTimeout(() => decide(false), ANSWER_MS);
    const stop = onTabNews((news) => {
      if (news.type === 'i-stream' && news.messageId === messageId) decide(true);
    });
    tellTabs({ type: 'who-streams', messageId });
  });
}
