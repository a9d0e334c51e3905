import type { TokenEvent, TokenText } from './chat-types.ts';
import { type LooseObject, numberOrNull, objectOf, objectsOf, textOf } from './loose-json.ts';

/** The tokens that the `logprobs` of a choice tell, those of thinking first; none where it tells none. */
export function readTokens(logprobs: unknown): TokenEvent[] {
  const { reasoning_content: thought, content } = objectOf(logprobs);
  const parts = [
    [thought, true],
    [content, false],
  ] as const;
  return parts.flatMap(([tokens, inReasoning]) =>
    objectsOf(tokens).map((token) => ({
      type: 'token',
      inReasoning,
      ...tokenText(token),
      top: objectsOf(token.top_logprobs).map(tokenText),
    })),
  );
}

function tokenText({ token, bytes, logprob }: LooseObject): TokenText {
  const isBytes = Array.isArray(bytes) && bytes.every((byte): byte is number => typeof byte === 'number');
  return { token: textOf(token), bytes: isBytes ? bytes : null, logprob: numberOrNull(logprob) ?? 0 };
}
