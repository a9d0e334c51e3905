import type { Annotation, ChatChoice, ChatCompletion, LanternNote, TokenLogprob } from '@lantern/api';
import type { CalledTool, ChatResult } from '@lantern/engine';
import { timingsOf, usageOf } from './usage.ts';

/** What all parts of one reply share. */
export type ReplyHead = {
  id: string;
  created: number;
  model: string;
  system_fingerprint: string;
  lantern: LanternNote;
};

export type FinishedAnswer = {
  result: ChatResult;
  /** Null where none were asked for. */
  logprobs: TokenLogprob[] | null;
  annotations: Annotation[];
  /** Null where no schema was asked for, or the text was cut short. */
  keepsSchema: boolean | null;
};

/** The reply of a chat request without `stream`. */
export function chatReply(head: ReplyHead, answers: readonly FinishedAnswer[]): ChatCompletion {
  const results = answers.map(({ result }) => result);
  const { lantern, ...rest } = head;
  return {
    ...rest,
    object: 'chat.completion',
    choices: answers.map(choice),
    usage: usageOf(results),
    timings: timingsOf(results),
    lantern: { ...lantern, ...schemaNote(answers.map(({ keepsSchema }) => keepsSchema)) },
  };
}

/** What a reply says of the schema that its answers should keep to. */
export function schemaNote(keepsSchema: readonly (boolean | null)[]): Pick<LanternNote, 'schema'> {
  const known = keepsSchema.filter((keeps) => keeps !== null);
  if (known.length === 0) return {};
  return { schema: known.every(Boolean) ? 'kept' : 'broken' };
}

function choice({ result, logprobs, annotations }: FinishedAnswer, index: number): ChatChoice {
  const { content, reasoning, toolCalls, finishReason } = result;
  return {
    index,
    message: {
      role: 'assistant',
      content: content === '' && toolCalls.length > 0 ? null : content,
      ...(reasoning !== null && { reasoning_content: reasoning, reasoning }),
      refusal: null,
      ...(toolCalls.length > 0 && { tool_calls: toolCalls.map(apiCall) }),
      ...(annotations.length > 0 && { annotations }),
    },
    finish_reason: finishReason,
    stop_reason: apiStopReason(result),
    logprobs: logprobs && { content: logprobs, refusal: null },
  };
}

/** A stop text or a stop id of the request; the model's own ends are told by the finish reason alone. */
export function apiStopReason({ stopReason, toolCalls }: Pick<ChatResult, 'stopReason' | 'toolCalls'>): string | null {
  return typeof stopReason === 'string' && toolCalls.length === 0 ? stopReason : null;
}

function apiCall({ id, name, arguments: text }: CalledTool) {
  return { id, type: 'function' as const, function: { name, arguments: text } };
}
