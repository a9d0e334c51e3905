import { type ChatCompletionRequest, chatCompletionRequest, encodeEvent } from '@lantern/api';
import type { ChatResult } from '@lantern/engine';
import { type BegunChat, beginChat } from '../chat/begin-chat.ts';
import { ChatChunks } from '../chat/chat-chunks.ts';
import { chatReply, type FinishedAnswer, type ReplyHead } from '../chat/chat-reply.ts';
import type { ServedAnswer } from '../chat/run-chat.ts';
import { ContentLogprobs } from '../chat/token-logprobs.ts';
import { mergeStreams } from '../http/merge-streams.ts';
import { readBody } from '../http/read-body.ts';
import { sseResponse } from '../http/sse-response.ts';
import { streamError } from '../http/stream-error.ts';
import type { RequestContext, ServerContext } from '../server-context.ts';

/** `POST /v1/chat/completions`: answers as one reply, or as a stream of chunks. */
export async function chatCompletions(server: ServerContext, context: RequestContext): Promise<Response> {
  const request: ChatCompletionRequest = await readBody(context, chatCompletionRequest);
  const chat = await beginChat(server, context, request);
  const head = replyHead(chat, context.get('running').id);
  const headers = { 'x-lantern-thinking': head.lantern.thinking };
  if (request.stream) {
    const parts = chunkParts(server, chat, head, request);
    return sseResponse(context.get('running'), parts, headers);
  }
  const finished = await Promise.all(chat.answers.map((answer) => finish(answer, chat)));
  chat.ended(finished.map(({ result }) => result));
  return context.json(chatReply(head, finished), 200, headers);
}

function replyHead({ model, plan, thinks }: BegunChat, requestId: string): ReplyHead {
  const thinking = thinks ? 'on' : 'off';
  return {
    id: `chatcmpl-${requestId}`,
    created: Math.floor(Date.now() / 1000),
    model: model.id,
    system_fingerprint: model.fingerprint,
    lantern: plan.autoReason === null ? { thinking } : { thinking, reason: plan.autoReason },
  };
}

/** Waits for one answer and gathers what a reply tells of it. */
async function finish(answer: ServedAnswer, { model, plan }: BegunChat): Promise<FinishedAnswer> {
  const logprobs = plan.options.logprobs === undefined ? null : new ContentLogprobs(model.engine.tokenizer);
  for await (const event of answer) {
    if (event.type === 'token') logprobs?.add(event);
    if (event.type === 'end') {
      const { result, annotations, keepsSchema } = event;
      return { result, logprobs: logprobs?.take() ?? null, annotations, keepsSchema };
    }
  }
  throw new TypeError('an answer ended without saying so');
}

/** The events of the stream: chunks of all answers as they come, then the usage where it is wanted, then `[DONE]`. */
async function* chunkParts(
  server: ServerContext,
  chat: BegunChat,
  head: ReplyHead,
  request: ChatCompletionRequest,
): AsyncGenerator<string, void> {
  const { tokenizer } = chat.model.engine;
  const chunks = new ChatChunks({
    head,
    includesUsage: request.stream_options?.include_usage ?? false,
    runningPromptTokens: request.stream_options?.continuous_usage_stats ? chat.answers[0]!.promptTokens : null,
    tokenizer: request.logprobs ? tokenizer : null,
  });
  const data = (value: unknown) => encodeEvent({ data: JSON.stringify(value) });
  const results: ChatResult[] = [];
  try {
    for (const index of chat.answers.keys()) yield data(chunks.begin(index));
    for await (const [index, event] of mergeStreams(chat.answers)) {
      for (const chunk of chunks.of(index, event)) yield data(chunk);
      if (event.type === 'end') results.push(event.result);
    }
    for (const chunk of chunks.end()) yield data(chunk);
    chat.ended(results);
  } catch (error) {
    yield data(streamError(server, error));
  }
  yield encodeEvent({ data: '[DONE]' });
}
