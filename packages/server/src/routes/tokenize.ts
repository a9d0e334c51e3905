import {
  type DetokenizeReply,
  type DetokenizeRequest,
  detokenizeRequest,
  type TokenizeReply,
  type TokenizeRequest,
  tokenizeRequest,
} from '@lantern/api';
import type { Engine } from '@lantern/engine';
import { readMessages } from '../chat/read-messages.ts';
import { badField } from '../http/api-error.ts';
import { readBody } from '../http/read-body.ts';
import { MediaParts } from '../media/media-parts.ts';
import { mediaOptions, readRequestMedia } from '../media/request-media.ts';
import type { RequestContext, ServerContext } from '../server-context.ts';

/** `POST /tokenize`: the tokens of a text, or of the prompt that a conversation becomes. */
export async function tokenize(server: ServerContext, context: RequestContext): Promise<Response> {
  const request: TokenizeRequest = await readBody(context, tokenizeRequest);
  const { engine } = server.host.named(request.model);
  const tokens = [...(await tokensOf(server, context, engine, request))];
  const reply: TokenizeReply = {
    tokens,
    count: tokens.length,
    max_model_len: engine.contextTokens,
    ...(request.return_token_strs && { token_strs: tokens.map((id) => engine.tokenizer.decode([id])) }),
  };
  return context.json(reply);
}

async function tokensOf(
  server: ServerContext,
  context: RequestContext,
  engine: Engine,
  request: TokenizeRequest,
): Promise<readonly number[]> {
  if (typeof request.prompt === 'string') return engine.tokenizer.encode(request.prompt);
  const enableThinking = request.chat_template_kwargs?.enable_thinking;
  const parts = new MediaParts(mediaOptions(server, context, engine));
  const messages = readMessages(request.messages ?? [], parts);
  const media = await readRequestMedia(server, context, engine, parts.requests);
  return engine.prompt(messages, {
    media,
    ...(request.tools && { tools: request.tools }),
    ...(typeof enableThinking === 'boolean' && { enableThinking }),
    end: request.continue_final_message ? 'continue' : request.add_generation_prompt === false ? 'whole' : 'answer',
  }).ids;
}

/** `POST /detokenize`: the text of tokens. */
export async function detokenize(server: ServerContext, context: RequestContext): Promise<Response> {
  const request: DetokenizeRequest = await readBody(context, detokenizeRequest);
  const { engine } = server.host.named(request.model);
  const { vocabSize } = engine.config;
  const wrong = request.tokens.findIndex((id) => id >= vocabSize);
  if (wrong >= 0)
    throw badField(
      `tokens[${wrong}]`,
      `tokens[${wrong}] is ${request.tokens[wrong]}; ids go from 0 to ${vocabSize - 1}`,
    );
  const reply: DetokenizeReply = { prompt: engine.tokenizer.decode(request.tokens) };
  return context.json(reply);
}
