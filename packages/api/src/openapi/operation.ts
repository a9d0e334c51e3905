import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { requestIdHeader, thinkingHeader } from './headers.ts';

export type OperationNotes = {
  id: string;
  tag: string;
  summary: string;
  description: string;
  /** Body of the request. */
  body?: z.ZodType;
  /** Fields of a form, instead of a body in JSON. */
  form?: z.ZodType;
  /** Left out where the reply is `bytes`. */
  reply?: z.ZodType;
  /** What the bytes of a reply are that is no JSON. */
  bytes?: string;
  /** Data of the events, where the reply can be a stream. */
  event?: z.ZodType;
  /** Schemas of the parameters in the path. */
  path?: z.ZodObject;
  /** Schemas of the parameters behind the question mark. */
  query?: z.ZodObject;
  errors: ZodOpenApiResponsesObject;
  /** Whether a key is asked for where the server has keys. Default true. */
  guarded?: boolean;
};

/** An operation of the document from what is particular to it. */
export function operation(notes: OperationNotes): ZodOpenApiOperationObject {
  const { id, tag, summary, description, body, form, reply, bytes, event, path, query, errors, guarded = true } = notes;
  const success: ZodOpenApiResponseObject = {
    description: event ? 'The answer: whole, or with `stream` as server-sent events with these data.' : 'The answer.',
    content: {
      ...(reply ? { 'application/json': { schema: reply } } : {}),
      ...(bytes === undefined ? {} : { 'application/octet-stream': { schema: binary(bytes) } }),
      ...(event ? { 'text/event-stream': { schema: event } } : {}),
    },
    headers: z.object({
      'x-request-id': requestIdHeader,
      ...(event ? { 'x-lantern-thinking': thinkingHeader.optional() } : {}),
    }),
  };
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    ...(path || query ? { requestParams: { ...(path && { path }), ...(query && { query }) } } : {}),
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    ...(form ? { requestBody: { required: true, content: { 'multipart/form-data': { schema: form } } } } : {}),
    responses: { '200': success, ...errors },
    ...(guarded ? {} : { security: [] }),
  };
}

function binary(description: string): z.ZodType {
  return z.string().meta({ description, format: 'binary', examples: ['a picture'] });
}
