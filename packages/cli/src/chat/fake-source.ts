import type { AskOptions, ChatSource, SourceEvent, SourceMessage, SourceResult, Spent } from '../chat-source.ts';

type AskedBefore = { messages: readonly SourceMessage[]; options: AskOptions };

type FakeOptions = {
  /** What asking throws. */
  failure?: () => Error | null;
  /** A server: it tells nothing of the template, and of the tokens only what `spent` says. */
  isRemote?: boolean;
  contextTokens?: number | null;
  spent?: Spent;
};

const spentByDefault: Spent = {
  usage: {
    promptTokens: 11,
    cachedTokens: 1,
    completionTokens: 21,
    reasoningTokens: 5,
    acceptedDraftTokens: 0,
    rejectedDraftTokens: 0,
  },
  timings: { queueSeconds: 0, prefillSeconds: 0.1, decodeSeconds: 2 },
};

/**
 * A source for tests that answers at once: it thinks "Hm." and echoes the last message, or throws what `failure` gives.
 * It stops after the thinking where the signal has aborted by then. `asked` tells what it was asked.
 */
export function fakeSource({
  failure = () => null,
  isRemote = false,
  contextTokens = 1000,
  spent = spentByDefault,
}: FakeOptions = {}): { source: ChatSource; asked: AskedBefore[] } {
  const asked: AskedBefore[] = [];
  const source: ChatSource = {
    name: 'fake',
    contextTokens,
    contextRemedy: isRemote ? null : 'more room',
    thinksByItself: isRemote ? null : true,
    countTokens: () => (isRemote ? null : 3),
    async ask(messages, _count, options) {
      asked.push({ messages, options });
      const error = failure();
      if (error) throw error;
      const said = messages.at(-1)!.content;
      const content = `You said: ${typeof said === 'string' ? said : JSON.stringify(said)}`;
      const result: SourceResult = { content, reasoning: 'Hm.', toolCalls: [], finishReason: 'stop' };
      const answer = {
        result: Promise.resolve(result),
        async *[Symbol.asyncIterator](): AsyncGenerator<SourceEvent> {
          options.signal?.throwIfAborted();
          yield { type: 'reasoning', text: 'Hm.' };
          options.signal?.throwIfAborted();
          yield { type: 'content', text: content };
          yield { type: 'end' };
        },
      };
      return { answers: [answer], spent: () => Promise.resolve(spent) };
    },
  };
  return { source, asked };
}
