import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { count } from '../shared/scalars.ts';
import { outputContent, reasoningText, responseAnnotation, responseLogprob, summaryText } from './response-content.ts';
import { outputItem } from './response-items.ts';
import { responseExample, responseObject } from './response-object.ts';

const textPart = { type: 'output_text', text: '', annotations: [] };
const message = { type: 'message', id: 'msg_8d1f', status: 'in_progress', role: 'assistant', content: [] };
const citation = {
  type: 'url_citation',
  url: 'https://example.com/sky',
  title: 'Why the sky is blue',
  start_index: 0,
  end_index: 29,
};

const whole = { response: field(responseObject, 'The response as it is now.', responseExample) };
const outputIndex = { output_index: field(count, 'Which item of the output, from 0.', 0) };
const inItem = { item_id: field(z.string().min(1), 'Id of the item.', 'msg_8d1f'), ...outputIndex };
const inContent = { ...inItem, content_index: field(count, 'Which piece of the item, from 0.', 0) };
const inSummary = { ...inItem, summary_index: field(count, 'Which summary of the item, from 0.', 0) };
const item = { ...outputIndex, item: field(outputItem, 'The item as it is now.', message) };
const part = {
  ...inContent,
  part: field(
    z.discriminatedUnion('type', [...outputContent.options, reasoningText]),
    'The piece as it is now.',
    textPart,
  ),
};
const summaryPart = {
  ...inSummary,
  part: field(summaryText, 'The summary as it is now.', { type: 'summary_text', text: '' }),
};
const delta = { delta: field(z.string(), 'What is new.', ' blue') };
const text = { text: field(z.string(), 'The whole text.', 'Air scatters blue light most.') };
const logprobs = {
  logprobs: optional(z.array(responseLogprob), 'Log-probabilities of its tokens, if they were asked for.', []),
};

/** The schema of an event; the example of the whole is put together from those of its fields. */
function event<const Type extends string, Fields extends z.ZodRawShape>(
  type: Type,
  id: string,
  description: string,
  fields: Fields,
) {
  const shape = {
    type: field(z.literal(type), 'Name of the event.', type),
    sequence_number: field(count, 'Rises by one with every event of the stream, from 0.', 4),
    ...fields,
  };
  const example = Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => [name, exampleOf(schema as z.ZodType)]),
  );
  return component(z.looseObject(shape), id, description, example);
}

function exampleOf(schema: z.ZodType): unknown {
  const examples = schema.meta()?.examples;
  return Array.isArray(examples) ? examples[0] : undefined;
}

/** The data of one event of the stream of `POST /v1/responses`; `type` is also the name of the event. */
export const responseEvent = component(
  z.discriminatedUnion('type', [
    event('response.created', 'ResponseCreatedEvent', 'The response exists.', whole),
    event('response.queued', 'ResponseQueuedEvent', 'It waits.', whole),
    event('response.in_progress', 'ResponseInProgressEvent', 'Work on it has begun.', whole),
    event('response.output_item.added', 'ResponseOutputItemAddedEvent', 'An item begins.', item),
    event('response.output_item.done', 'ResponseOutputItemDoneEvent', 'An item is complete.', item),
    event('response.content_part.added', 'ResponseContentPartAddedEvent', 'A piece of an item begins.', part),
    event('response.content_part.done', 'ResponseContentPartDoneEvent', 'A piece of an item is complete.', part),
    event('response.output_text.delta', 'ResponseOutputTextDeltaEvent', 'The text grows.', {
      ...inContent,
      ...delta,
      ...logprobs,
    }),
    event('response.output_text.done', 'ResponseOutputTextDoneEvent', 'The text is complete.', {
      ...inContent,
      ...text,
      ...logprobs,
    }),
    event('response.output_text.annotation.added', 'ResponseAnnotationAddedEvent', 'A source of the text is known.', {
      ...inContent,
      annotation_index: field(count, 'Which annotation of the piece, from 0.', 0),
      annotation: field(responseAnnotation, 'The source.', citation),
    }),
    event('response.reasoning_text.delta', 'ResponseReasoningTextDeltaEvent', 'The thinking grows.', {
      ...inContent,
      ...delta,
    }),
    event('response.reasoning_text.done', 'ResponseReasoningTextDoneEvent', 'The thinking is complete.', {
      ...inContent,
      ...text,
    }),
    event(
      'response.reasoning_summary_part.added',
      'ResponseReasoningSummaryPartAddedEvent',
      'A summary begins; from other servers.',
      summaryPart,
    ),
    event(
      'response.reasoning_summary_part.done',
      'ResponseReasoningSummaryPartDoneEvent',
      'A summary is complete; from other servers.',
      summaryPart,
    ),
    event(
      'response.reasoning_summary_text.delta',
      'ResponseReasoningSummaryTextDeltaEvent',
      'A summary grows; from other servers.',
      { ...inSummary, ...delta },
    ),
    event(
      'response.reasoning_summary_text.done',
      'ResponseReasoningSummaryTextDoneEvent',
      'The text of a summary is complete; from other servers.',
      { ...inSummary, ...text },
    ),
    event(
      'response.function_call_arguments.delta',
      'ResponseFunctionCallArgumentsDeltaEvent',
      'The arguments of a call grow.',
      { ...inItem, ...delta },
    ),
    event(
      'response.function_call_arguments.done',
      'ResponseFunctionCallArgumentsDoneEvent',
      'The arguments of a call are complete.',
      {
        ...inItem,
        name: optional(z.string(), 'Name of the function.', 'search_web'),
        arguments: field(z.string(), 'All of their JSON text.', '{"query":"weather in Bergen"}'),
      },
    ),
    event('response.web_search_call.in_progress', 'ResponseWebSearchInProgressEvent', 'A search begins.', inItem),
    event('response.web_search_call.searching', 'ResponseWebSearchSearchingEvent', 'A search runs.', inItem),
    event('response.web_search_call.completed', 'ResponseWebSearchCompletedEvent', 'A search is complete.', inItem),
    event('response.completed', 'ResponseCompletedEvent', 'The response is complete.', whole),
    event('response.failed', 'ResponseFailedEvent', 'The response failed.', whole),
    event('response.incomplete', 'ResponseIncompleteEvent', 'The response was cut off.', whole),
    event('error', 'ResponseErrorEvent', 'Something went wrong; nothing more comes.', {
      code: field(z.string().nullable(), 'What happened, for programs.', 'server_error'),
      message: field(z.string(), 'What happened.', 'The model could not be run.'),
      param: field(z.string().nullable(), 'Path of the field that is at fault.', null),
    }),
  ]),
  'ResponseEvent',
  'An event of a response.',
  {
    type: 'response.output_text.delta',
    sequence_number: 4,
    item_id: 'msg_8d1f',
    output_index: 0,
    content_index: 0,
    delta: ' blue',
  },
);

export type ResponseEvent = Known<z.infer<typeof responseEvent>>;
