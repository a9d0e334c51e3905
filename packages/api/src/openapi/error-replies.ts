import { z } from 'zod';
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { anthropicErrorBody, errorBody } from '../errors/error-body.ts';
import { errorCodes } from '../errors/error-codes.ts';
import { requestIdHeader, retryAfterHeader } from './headers.ts';

const names: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  408: 'RequestTimeout',
  409: 'Conflict',
  413: 'ContentTooLarge',
  415: 'UnsupportedMediaType',
  422: 'UnprocessableContent',
  429: 'TooManyRequests',
  500: 'ServerError',
  502: 'BadGateway',
  503: 'Unavailable',
  504: 'GatewayTimeout',
};

/** Statuses of whatever answers a body by running the model. */
export const generationErrors = [400, 401, 403, 404, 408, 413, 415, 422, 429, 500, 502, 503, 504] as const;

/** Statuses of what takes a body and does not run the model. */
export const bodyErrors = [400, 401, 403, 404, 408, 413, 415, 429, 500, 502, 503] as const;

/** Statuses of what only looks something up. */
export const lookupErrors = [401, 403, 404, 429, 500, 502, 503] as const;

// Made once: the document takes two objects of one name for two replies.
const openAiReplies = allReplies('', errorBody);
const anthropicReplies = allReplies('Anthropic', anthropicErrorBody);

/** The replies of these statuses in OpenAI's form. */
export function errorReplies(statuses: readonly number[]): ZodOpenApiResponsesObject {
  return pick(openAiReplies, statuses);
}

/** The replies of these statuses in Anthropic's form. */
export function anthropicErrorReplies(statuses: readonly number[]): ZodOpenApiResponsesObject {
  return pick(anthropicReplies, statuses);
}

type Replies = ReadonlyMap<number, ZodOpenApiResponseObject>;

function pick(replies: Replies, statuses: readonly number[]): ZodOpenApiResponsesObject {
  const picked: ZodOpenApiResponsesObject = {};
  for (const status of statuses) picked[`${status as 400}`] = replies.get(status)!;
  return picked;
}

function allReplies(prefix: string, schema: z.ZodType): Replies {
  return new Map(
    Object.entries(names).map(([key, name]) => {
      const status = Number(key);
      const headers = z.object({
        'x-request-id': requestIdHeader,
        ...(status === 429 || status === 503 ? { 'retry-after': retryAfterHeader.optional() } : {}),
      });
      const content = { 'application/json': { schema } };
      return [status, { id: `${prefix}${name}`, description: meaningOf(status), content, headers }];
    }),
  );
}

/** Every code of a status, with when it happens. */
function meaningOf(status: number): string {
  return Object.entries(errorCodes)
    .filter(([, entry]) => entry.status === status)
    .map(([code, { meaning }]) => `\`${code}\`: ${meaning}`)
    .join(' ');
}
