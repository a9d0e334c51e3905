import type { ChatCompletionRequest } from '@lantern/api';
import { badField } from '../http/api-error.ts';
import { type Refusal, refusedEverywhere, refuseFields, refuseRanking } from '../refused-fields.ts';

const refused: { readonly [field: string]: Refusal } = {
  ...refusedEverywhere,
  store: { harmless: [false], why: '/v1/responses keeps its answers' },
  verbosity: { harmless: ['medium'], why: 'say in the messages how long the answer should be' },
  audio: { harmless: [], why: 'Qwen 3.5 writes text' },
  prediction: { harmless: [], why: 'leave it out' },
  moderation: { harmless: [], why: 'leave it out' },
  web_search_options: { harmless: [], why: 'enable_search is the search of this server' },
  enable_code_interpreter: { harmless: [false], why: 'offer a tool that runs code instead' },
  mm_processor_kwargs: { harmless: [{}], why: 'set min_pixels, max_pixels and fps in the part itself' },
  media_io_kwargs: { harmless: [{}], why: 'set fps in the part itself' },
  documents: { harmless: [[]], why: 'write them into a message' },
  chat_template: { harmless: [], why: 'the server takes one when it starts (--chat-template)' },
  echo: { harmless: [false], why: 'put the message in front of the answer yourself' },
  return_prompt_text: { harmless: [false], why: '/tokenize gives the ids of the rendered prompt' },
  separate_reasoning: { harmless: [true], why: 'the thinking always has a field of its own' },
  stream_reasoning: { harmless: [true], why: 'include_reasoning: false leaves the thinking out' },
  preserve_thinking: { harmless: [false], why: 'the chat template drops the thinking of earlier turns' },
};

/** Throws a 400 for what a chat request asks and this server cannot honour. */
export function refuseChatFields(request: ChatCompletionRequest): void {
  refuseFields(request, refused);
  refuseRanking(request);
  const { modalities, add_generation_prompt: addPrompt } = request;
  if (modalities?.includes('audio'))
    throw badField('modalities', 'modalities has audio; Qwen 3.5 writes text', 'unsupported_field');
  if (addPrompt === false && !isContinued(request))
    throw badField(
      'add_generation_prompt',
      'add_generation_prompt is false; only an answer that goes on from the last message (continue_final_message) can do without',
      'unsupported_field',
    );
  if (addPrompt === true && request.continue_final_message === true)
    throw badField(
      'continue_final_message',
      'continue_final_message and add_generation_prompt exclude each other; send one',
    );
  if (request.stream_options && !request.stream) throw badField('stream_options', 'stream_options needs stream: true');
  if (request.top_logprobs && !request.logprobs) throw badField('top_logprobs', 'top_logprobs needs logprobs: true');
}

/** Whether the answer is to go on from the last message, in either of the two ways to say so. */
export function isContinued({ continue_final_message: continued, messages }: ChatCompletionRequest): boolean {
  const last = messages.at(-1);
  return continued === true || (last?.role === 'assistant' && last.partial === true);
}
