import type { ChatEvent, ChatMessage, ChatOptions, ChatResult, Engine } from '@lantern/engine';

type Asked = { messages: ChatMessage[]; options: ChatOptions };

/**
 * An engine for tests that answers at once: it thinks "Hm." and echoes the last message, or throws what `failure` gives.
 * It stops after the thinking where the signal has aborted by then. `asked` tells what it was asked.
 */
export function fakeEngine(failure: () => Error | null = () => null): {
  engine: Pick<Engine, 'chat' | 'contextTokens' | 'template' | 'tokenizer'>;
  asked: Asked[];
} {
  const asked: Asked[] = [];
  const chat = (messages: ChatMessage[], options: ChatOptions) => {
    asked.push({ messages, options });
    const error = failure();
    if (error) throw error;
    const content = `You said: ${messages.at(-1)!.content}`;
    const result: ChatResult = {
      message: { role: 'assistant', content, reasoning_content: 'Hm.' },
      content,
      reasoning: 'Hm.',
      toolCalls: [],
      finishReason: 'stop',
      stopReason: null,
      usage: { promptTokens: 11, cachedTokens: 1, completionTokens: 21, reasoningTokens: 5 },
      timings: { queueSeconds: 0, prefillSeconds: 0.1, decodeSeconds: 2 },
    };
    return {
      result: Promise.resolve(result),
      async *[Symbol.asyncIterator](): AsyncGenerator<ChatEvent> {
        options.signal?.throwIfAborted();
        yield { type: 'reasoning', text: 'Hm.' };
        options.signal?.throwIfAborted();
        yield { type: 'content', text: content };
        yield { type: 'end', result };
      },
    };
  };
  const template = { render: () => ({ text: '<|im_start|>assistant\n<think>\n', segments: [] }) };
  const tokenizer = { encodeSegments: () => [1, 2, 3] };
  return { engine: { chat, contextTokens: 1000, template, tokenizer } as unknown as Engine, asked };
}
