import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { chatCompletion } from '../chat/chat-completion.ts';
import { chatCompletionChunk } from '../chat/chat-completion-chunk.ts';
import { chatCompletionRequest } from '../chat/chat-completion-request.ts';
import { completion, completionChunk } from '../completions/completion.ts';
import { completionRequest } from '../completions/completion-request.ts';
import { deletedFile, fileList, fileObject } from '../files/file-object.ts';
import { fileListQuery, fileUpload } from '../files/file-requests.ts';
import { messagesEvent } from '../messages/messages-event.ts';
import { messagesReply } from '../messages/messages-reply.ts';
import { countTokensReply, countTokensRequest, messagesRequest } from '../messages/messages-request.ts';
import { modelCard, modelList } from '../models/model-list.ts';
import { responseEvent } from '../responses/response-event.ts';
import { deletedResponse, inputItemList, responseObject } from '../responses/response-object.ts';
import { responseRequest } from '../responses/response-request.ts';
import { field, optional } from '../shared/field.ts';
import { detokenizeReply, detokenizeRequest, tokenizeReply, tokenizeRequest } from '../tokens/tokenize.ts';
import { anthropicErrorReplies, bodyErrors, errorReplies, generationErrors, lookupErrors } from './error-replies.ts';
import { operation } from './operation.ts';
import { statusPaths } from './status-paths.ts';

const modelPath = z.object({
  model: field(
    z.string().min(1),
    "The model's id or one of its other names; a / in it is written %2F.",
    'qwen3.5-plus',
  ),
});

const responsePath = z.object({
  response_id: field(z.string().min(1), 'Id of the stored response.', 'resp_8d1f'),
});

const itemsQuery = z.object({
  order: optional(z.enum(['asc', 'desc']), 'Oldest or newest first.', 'asc', { default: 'desc' }),
  limit: optional(z.int().min(1).max(100), 'Most items of a page.', 20, { default: 20 }),
  after: optional(z.string(), 'Id of the item after which the page begins.', 'msg_1'),
});

const filePath = z.object({
  file_id: field(z.string().min(1), 'Id of the file.', 'file-6f3a0c9d5b7e41f28a90c4d1e2b3f456'),
});

const storedFile = { tag: 'Files', path: filePath, errors: errorReplies(lookupErrors) };

const storedResponse = { tag: 'Responses', path: responsePath, errors: errorReplies(lookupErrors) };

/** Every path of the server. */
export const paths: ZodOpenApiPathsObject = {
  '/v1/chat/completions': {
    post: operation({
      id: 'createChatCompletion',
      tag: 'Chat',
      summary: 'Answer a chat',
      description: "OpenAI's chat completions, with the further fields of vLLM and of Model Studio.",
      body: chatCompletionRequest,
      reply: chatCompletion,
      event: chatCompletionChunk,
      errors: errorReplies(generationErrors),
    }),
  },
  '/v1/completions': {
    post: operation({
      id: 'createCompletion',
      tag: 'Completions',
      summary: 'Go on with a text',
      description: 'Continues texts or tokens as they are, without a chat template.',
      body: completionRequest,
      reply: completion,
      event: completionChunk,
      errors: errorReplies(generationErrors),
    }),
  },
  '/v1/responses': {
    post: operation({
      id: 'createResponse',
      tag: 'Responses',
      summary: 'Respond',
      description: "OpenAI's Responses: items in, items out, and a response can follow on a stored one.",
      body: responseRequest,
      reply: responseObject,
      event: responseEvent,
      errors: errorReplies(generationErrors),
    }),
  },
  '/v1/responses/{response_id}': {
    get: operation({
      ...storedResponse,
      id: 'getResponse',
      summary: 'A stored response',
      description: 'Gives a response that was stored.',
      reply: responseObject,
    }),
    delete: operation({
      ...storedResponse,
      id: 'deleteResponse',
      summary: 'Forget a stored response',
      description: 'Deletes a response that was stored.',
      reply: deletedResponse,
    }),
  },
  '/v1/responses/{response_id}/input_items': {
    get: operation({
      ...storedResponse,
      id: 'listInputItems',
      summary: 'What a stored response was asked',
      description: 'Gives the items of its request, newest first.',
      query: itemsQuery,
      reply: inputItemList,
    }),
  },
  '/v1/messages': {
    post: operation({
      id: 'createMessage',
      tag: 'Messages',
      summary: "Answer in Anthropic's form",
      description: "Anthropic's Messages, so that programs written for them can ask this server.",
      body: messagesRequest,
      reply: messagesReply,
      event: messagesEvent,
      errors: anthropicErrorReplies(generationErrors),
    }),
  },
  '/v1/messages/count_tokens': {
    post: operation({
      id: 'countMessageTokens',
      tag: 'Messages',
      summary: 'Count the tokens of a prompt',
      description: "How many tokens a conversation in Anthropic's form takes.",
      body: countTokensRequest,
      reply: countTokensReply,
      errors: anthropicErrorReplies(bodyErrors),
    }),
  },
  '/v1/files': {
    post: operation({
      id: 'uploadFile',
      tag: 'Files',
      summary: 'Upload a file',
      description:
        'Takes in a picture or a video, so that messages can name it by its id. It belongs to the key that uploads it.',
      form: fileUpload,
      reply: fileObject,
      errors: errorReplies(bodyErrors),
    }),
    get: operation({
      id: 'listFiles',
      tag: 'Files',
      summary: 'List the files',
      description: 'Files of the key that asks, newest first.',
      query: fileListQuery,
      reply: fileList,
      errors: errorReplies([400, ...lookupErrors.filter((status) => status !== 404)]),
    }),
  },
  '/v1/files/{file_id}': {
    get: operation({
      ...storedFile,
      id: 'getFile',
      summary: 'A file',
      description: 'What is known of one file.',
      reply: fileObject,
    }),
    delete: operation({
      ...storedFile,
      id: 'deleteFile',
      summary: 'Delete a file',
      description: 'Deletes a file that was uploaded.',
      reply: deletedFile,
    }),
  },
  '/v1/files/{file_id}/content': {
    get: operation({
      ...storedFile,
      id: 'getFileContent',
      summary: 'The content of a file',
      description: 'Gives the bytes as they were uploaded.',
      bytes: 'The bytes of the file.',
    }),
  },
  '/v1/models': {
    get: operation({
      id: 'listModels',
      tag: 'Models',
      summary: 'List the models',
      description: 'Every name that can be asked for; `root` tells which model answers to it.',
      reply: modelList,
      errors: errorReplies(lookupErrors.filter((status) => status !== 404)),
    }),
  },
  '/v1/models/{model}': {
    get: operation({
      id: 'getModel',
      tag: 'Models',
      summary: 'A model',
      description: 'What is known of one model.',
      path: modelPath,
      reply: modelCard,
      errors: errorReplies(lookupErrors),
    }),
  },
  '/tokenize': {
    post: operation({
      id: 'tokenize',
      tag: 'Tokens',
      summary: 'Cut a text into tokens',
      description: 'Gives the tokens of a text, or of a conversation as the chat template renders it.',
      body: tokenizeRequest,
      reply: tokenizeReply,
      errors: errorReplies(bodyErrors),
    }),
  },
  '/detokenize': {
    post: operation({
      id: 'detokenize',
      tag: 'Tokens',
      summary: 'Put tokens together',
      description: 'Gives the text of tokens.',
      body: detokenizeRequest,
      reply: detokenizeReply,
      errors: errorReplies(bodyErrors),
    }),
  },
  ...statusPaths,
};
