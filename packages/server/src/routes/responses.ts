import {
  type DeletedResponse,
  encodeEvent,
  type InputItem,
  type InputItemList,
  type ResponseEvent,
  type ResponseRequest,
  responseRequest,
  unknownFields,
} from '@lantern/api';
import { ApiError, badField } from '../http/api-error.ts';
import { readBody } from '../http/read-body.ts';
import { sseResponse } from '../http/sse-response.ts';
import { storedResponse } from '../responses/conversation-of.ts';
import { type BegunResponse, beginResponse, failure, runResponse } from '../responses/run-response.ts';
import type { RequestContext, ServerContext } from '../server-context.ts';

/** `POST /v1/responses`: one response, whole or as a stream of events. */
export async function createResponse(server: ServerContext, context: RequestContext): Promise<Response> {
  const request: ResponseRequest = await readBody(context, responseRequest);
  server.passedOver.tell(unknownFields(responseRequest, request));
  const begun = await beginResponse(server, context, request);
  const headers = { 'x-lantern-thinking': begun.chat.thinks ? 'on' : 'off' };
  if (request.stream) return sseResponse(context.get('running'), eventParts(server, begun), headers);
  let last: ResponseEvent | undefined;
  for await (const event of runResponse(server, begun)) last = event;
  if (!last || !('response' in last)) throw new TypeError('a response ended without saying so');
  return context.json(last.response, 200, headers);
}

/** `GET /v1/responses/{id}` */
export function showResponse({ responses }: ServerContext, context: RequestContext): Response {
  if (context.req.query('stream') === 'true')
    throw badField('stream', 'stream is true; a response is streamed only while it is made', 'unsupported_field');
  return context.json(storedResponse(responses, idOf(context), null).response);
}

/** `DELETE /v1/responses/{id}` */
export function deleteResponse({ responses }: ServerContext, context: RequestContext): Response {
  const id = idOf(context);
  if (!responses.delete(id)) throw new ApiError('response_not_found', `there is no response ${JSON.stringify(id)}`);
  const body: DeletedResponse = { id, object: 'response', deleted: true };
  return context.json(body);
}

/** `GET /v1/responses/{id}/input_items`: the items of the request, newest first unless `order` says otherwise. */
export function listInputItems({ responses }: ServerContext, context: RequestContext): Response {
  const { input } = storedResponse(responses, idOf(context), null);
  const { order = 'desc', limit: limitText = '20', after } = context.req.query();
  if (order !== 'asc' && order !== 'desc')
    throw badField('order', `order is ${JSON.stringify(order)}; it must be "asc" or "desc"`);
  const limit = /^\d{1,3}$/.test(limitText) ? Number(limitText) : 0;
  if (limit < 1 || limit > 100)
    throw badField('limit', `limit is ${JSON.stringify(limitText)}; it must be an integer from 1 to 100`);
  const items: InputItem[] = order === 'asc' ? input : input.toReversed();
  const begin = after === undefined ? 0 : items.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && begin === 0)
    throw badField('after', `after is ${JSON.stringify(after)}; no item has this id`);
  const data = items.slice(begin, begin + limit);
  const list: InputItemList = {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: begin + limit < items.length,
  };
  return context.json(list);
}

async function* eventParts(server: ServerContext, begun: BegunResponse): AsyncGenerator<string, void> {
  const part = (event: ResponseEvent) => encodeEvent({ event: event.type, data: JSON.stringify(event) });
  try {
    for await (const event of runResponse(server, begun)) yield part(event);
  } catch (error) {
    for (const event of failure(server, begun, error)) yield part(event);
  }
}

function idOf(context: RequestContext): string {
  return context.req.param('id') ?? '';
}
