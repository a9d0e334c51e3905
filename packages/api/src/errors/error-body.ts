import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { type ErrorCode, errorCodes } from './error-codes.ts';

const example = {
  message: 'temperature is 3; it must be from 0 to 2',
  type: 'invalid_request_error',
  param: 'temperature',
  code: 'invalid_request',
};

const errorDetail = component(
  z.looseObject({
    message: field(z.string(), 'What is wrong and what to do about it, in one line.', example.message),
    type: field(z.string(), 'Class of the error.', example.type),
    param: optional(z.string(), 'Path of the field that is at fault; null where there is none.', example.param),
    code: optional(
      z.union([z.string(), z.int().min(0)]),
      `What happened, for programs: ${Object.keys(errorCodes).join(', ')}. Other servers send a status or null.`,
      example.code,
    ),
  }),
  'ErrorDetail',
  'What went wrong.',
  example,
);

/** Body of every reply that is not a success, outside /v1/messages; in streams also a `data:` of its own. */
export const errorBody = component(
  z.looseObject({ error: field(errorDetail, 'What went wrong.', example) }),
  'ErrorBody',
  "An error in OpenAI's form.",
  { error: example },
);

export type ErrorBody = Known<z.infer<typeof errorBody>>;

/** The body of an error. Its status is `errorCodes[code].status`. */
export function makeErrorBody(code: ErrorCode, message: string, param: string | null = null): ErrorBody {
  return { error: { message, type: errorCodes[code].type, param, code } };
}

/** The body of an error of /v1/messages, in Anthropic's form. */
export function makeAnthropicErrorBody(code: ErrorCode, message: string, requestId?: string): AnthropicErrorBody {
  const body: AnthropicErrorBody = { type: 'error', error: { type: errorCodes[code].anthropic, message } };
  return requestId === undefined ? body : { ...body, request_id: requestId };
}

const anthropicExample = { type: 'invalid_request_error', message: 'max_tokens is missing; it must be an integer' };

/** Body of every reply of /v1/messages that is not a success; in streams the data of the event `error`. */
export const anthropicErrorBody = component(
  z.looseObject({
    type: field(z.literal('error'), 'Says that this is an error.', 'error'),
    error: field(
      z.looseObject({
        type: field(z.string(), 'Class of the error.', anthropicExample.type),
        message: field(z.string(), 'What is wrong, in one line.', anthropicExample.message),
      }),
      'What went wrong.',
      anthropicExample,
    ),
    request_id: optional(z.string(), 'Id of the request, as in the header.', 'req-2f1c'),
  }),
  'AnthropicErrorBody',
  "An error in Anthropic's form.",
  { type: 'error', error: anthropicExample },
);

export type AnthropicErrorBody = Known<z.infer<typeof anthropicErrorBody>>;
