import { randomUUID } from 'node:crypto';
import type { ResponseEvent, ResponseObject, ResponseRequest } from '@lantern/api';
import { type BegunChat, beginChat } from '../chat/begin-chat.ts';
import { toApiError } from '../http/to-api-error.ts';
import type { RequestContext, ServerContext } from '../server-context.ts';
import { conversationOf, type ResponseConversation } from './conversation-of.ts';
import { ResponseBuilder } from './response-builder.ts';
import { responseChat } from './response-chat.ts';
import { responseHead } from './response-head.ts';

/** A response that is being made. */
export type BegunResponse = {
  chat: BegunChat;
  conversation: ResponseConversation;
  builder: ResponseBuilder;
};

/** Understands a request and has it answered. Throws what cannot be, in the names of its own fields. */
export async function beginResponse(
  server: ServerContext,
  context: RequestContext,
  request: ResponseRequest,
): Promise<BegunResponse> {
  const key = randomUUID().replaceAll('-', '');
  const conversation = conversationOf(request, key, server.responses);
  const { chat: chatRequest, names } = responseChat(request, conversation);
  const chat = await names.translate(() => beginChat(server, context, chatRequest));
  const head = responseHead(request, chat, `resp_${key}`);
  const builder = new ResponseBuilder({
    head,
    key,
    tokenizer: chatRequest.logprobs ? chat.model.engine.tokenizer : null,
    encodesReasoning: request.include?.includes('reasoning.encrypted_content') ?? false,
  });
  return { chat, conversation, builder };
}

/** The events of a response, to the last. It is kept before the last is given. Throws what the answer throws. */
export async function* runResponse(
  server: ServerContext,
  { chat, conversation, builder }: BegunResponse,
): AsyncGenerator<ResponseEvent, void> {
  yield* builder.begin();
  for await (const event of chat.answers[0]!) {
    if (event.type !== 'end') yield* builder.of(event);
    else {
      yield* builder.close(event);
      const response = builder.response(event);
      chat.ended([event.result]);
      yield* builder.last({ ...response, store: keep(server, response, conversation) });
    }
  }
}

/** The event that tells a stream that the response failed. */
export function failure(server: ServerContext, { builder }: BegunResponse, error: unknown): ResponseEvent[] {
  const { code, message } = toApiError(error);
  if (code === 'server_error') server.log.error({ err: error }, 'a response failed');
  return builder.failed(code, message);
}

/** Whether the response is kept from now on. One that was asked to be and cannot be is told by the log. */
function keep(
  { responses, log }: ServerContext,
  response: ResponseObject,
  conversation: ResponseConversation,
): boolean {
  if (response.store === false) return false;
  try {
    return responses.save({ response, ...conversation });
  } catch (error) {
    log.error({ err: error, response: response.id }, 'a response cannot be kept');
    return false;
  }
}
