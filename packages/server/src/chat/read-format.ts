import type { ChatCompletionRequest } from '@lantern/api';
import type { Engine, TokenConstraint } from '@lantern/engine';
import { badField } from '../api-error.ts';
import type { ToolPlan } from './read-tools.ts';

/** The form that an answer has to have. */
export type AnswerFormat = {
  /** Makes what holds an answer to it; null where it is free. */
  constraint: (() => TokenConstraint) | null;
  /** Why a finished answer does not keep to it; null where it does. */
  check: (content: string) => string | null;
};

export function readFormat(
  request: Pick<ChatCompletionRequest, 'response_format' | 'structured_outputs'>,
  tools: Pick<ToolPlan, 'mode'>,
  _engine: Engine,
): AnswerFormat {
  if (tools.mode === 'required' || (request.response_format && request.response_format.type !== 'text'))
    throw badField('response_format', 'not yet', 'unsupported_field');
  return { constraint: null, check: () => null };
}
