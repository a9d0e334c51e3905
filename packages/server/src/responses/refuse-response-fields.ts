import type { ResponseRequest } from '@lantern/api';
import { badField } from '../http/api-error.ts';

/** Fields that this server knows and cannot honour, with the values that ask nothing of it. */
const refused: { readonly [field in keyof ResponseRequest]?: { harmless: readonly unknown[]; why: string } } = {
  background: { harmless: [false], why: 'wait for the response, or stream it' },
  conversation: { harmless: [], why: 'follow on a response with previous_response_id' },
  prompt: { harmless: [], why: 'send the text of the prompt in instructions and input' },
  truncation: { harmless: ['disabled'], why: 'shorten the input instead' },
  service_tier: { harmless: ['auto', 'default', 'standard'], why: 'there is one tier; leave it out' },
};

/** What `include` may ask for. What belongs to items that never come up is given by giving nothing. */
const includable = new Set([
  'message.output_text.logprobs',
  'reasoning.encrypted_content',
  'message.input_image.image_url',
  'web_search_call.action.sources',
  'web_search_call.results',
  'file_search_call.results',
  'code_interpreter_call.outputs',
  'computer_call_output.output.image_url',
]);

/** Throws a 400 for the first field of a request that is known and cannot be honoured. */
export function refuseResponseFields(request: ResponseRequest): void {
  for (const [field, { harmless, why }] of Object.entries(refused)) {
    const value = request[field as keyof ResponseRequest];
    if (value === undefined || value === null || harmless.includes(value)) continue;
    throw badField(field, `${field} cannot be honoured by this server; ${why}`, 'unsupported_field');
  }
  if (request.context_management && request.context_management.length > 0)
    throw badField(
      'context_management',
      'context_management cannot be honoured by this server; shorten the input instead',
      'unsupported_field',
    );
  const searches =
    request.enable_search === true || (request.tools ?? []).some(({ type }) => type.startsWith('web_search'));
  if (request.max_tool_calls && searches)
    throw badField(
      'max_tool_calls',
      'max_tool_calls cannot be honoured by this server; searches of one response are few by themselves',
      'unsupported_field',
    );
  for (const [index, name] of (request.include ?? []).entries())
    if (!includable.has(name))
      throw badField(
        `include[${index}]`,
        `include[${index}] is ${JSON.stringify(name)}; it must be ${[...includable].join(', ')}`,
      );
  if (request.top_logprobs && !request.include?.includes('message.output_text.logprobs'))
    throw badField('top_logprobs', 'top_logprobs needs "message.output_text.logprobs" in include');
  if (request.stream_options && !request.stream) throw badField('stream_options', 'stream_options needs stream: true');
}
