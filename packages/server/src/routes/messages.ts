import {
  type CountTokensReply,
  type CountTokensRequest,
  countTokensRequest,
  encodeEvent,
  type MessagesEvent,
  type MessagesRequest,
  makeAnthropicErrorBody,
  messagesRequest,
  unknownFields,
} from '@lantern/api';
import { type BegunChat, beginChat } from '../chat/begin-chat.ts';
import { readBody } from '../http/read-body.ts';
import { sseResponse } from '../http/sse-response.ts';
import { toApiError } from '../http/to-api-error.ts';
import { countPrompt } from '../messages/count-prompt.ts';
import { MessageBuilder } from '../messages/message-builder.ts';
import { messagesChat } from '../messages/messages-chat.ts';
import type { RequestContext, ServerContext } from '../server-context.ts';

/** `POST /v1/messages`: an answer in Anthropic's form, whole or as a stream of events. */
export async function createMessage(server: ServerContext, context: RequestContext): Promise<Response> {
  const request: MessagesRequest = await readBody(context, messagesRequest);
  server.passedOver.tell(unknownFields(messagesRequest, request));
  const { chat: chatRequest, names } = messagesChat(request);
  const chat = await names.translate(() => beginChat(server, context, chatRequest));
  const { id } = context.get('running');
  const headers = { 'x-lantern-thinking': chat.thinks ? 'on' : 'off', 'request-id': id };
  const builder = builderOf(chat, id);
  if (request.stream) return sseResponse(context.get('running'), eventParts(server, chat, builder, id), headers);
  for await (const event of chat.answers[0]!) {
    if (event.type !== 'end') {
      builder.of(event);
      continue;
    }
    builder.end(event);
    chat.ended([event.result]);
    return context.json(builder.reply(event), 200, headers);
  }
  throw new TypeError('an answer ended without saying so');
}

/** `POST /v1/messages/count_tokens`: how long the prompt would be. */
export async function countTokens(server: ServerContext, context: RequestContext): Promise<Response> {
  const request: CountTokensRequest = await readBody(context, countTokensRequest);
  const reply: CountTokensReply = { input_tokens: await countPrompt(server, context, request) };
  return context.json(reply);
}

function builderOf({ model, plan, thinks, answers }: BegunChat, id: string): MessageBuilder {
  const thinking = thinks ? 'on' : 'off';
  return new MessageBuilder({
    id: `msg_${id}`,
    model: model.id,
    lantern: plan.autoReason === null ? { thinking } : { thinking, reason: plan.autoReason },
    promptTokens: answers[0]!.promptTokens,
  });
}

async function* eventParts(
  server: ServerContext,
  chat: BegunChat,
  builder: MessageBuilder,
  requestId: string,
): AsyncGenerator<string, void> {
  const part = (event: MessagesEvent) => encodeEvent({ event: event.type, data: JSON.stringify(event) });
  try {
    for (const event of builder.begin()) yield part(event);
    for await (const event of chat.answers[0]!) {
      if (event.type === 'end') chat.ended([event.result]);
      for (const told of event.type === 'end' ? builder.end(event) : builder.of(event)) yield part(told);
    }
  } catch (error) {
    const { code, message } = toApiError(error);
    if (code === 'server_error') server.log.error({ err: error, id: requestId }, 'an answer failed');
    yield part(makeAnthropicErrorBody(code, message, requestId));
  }
}
