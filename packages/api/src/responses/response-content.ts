import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { count, logprob } from '../shared/scalars.ts';

const citationExample = {
  type: 'url_citation',
  url: 'https://example.com/sky',
  title: 'Why the sky is blue',
  start_index: 0,
  end_index: 29,
};

/** A source of a text, as responses name it. */
export const responseAnnotation = component(
  z.looseObject({
    type: field(z.literal('url_citation'), 'Says that a page is cited.', 'url_citation'),
    url: field(z.string(), 'Address of the page, or path of the file.', citationExample.url),
    title: field(z.string(), 'Its title.', citationExample.title),
    start_index: field(count, 'Where in the text the cited part begins.', 0),
    end_index: field(count, 'Where it ends.', 29),
  }),
  'ResponseAnnotation',
  'A source that a text rests on.',
  citationExample,
);

const logprobFields = {
  token: field(z.string(), 'Text of the token.', ' blue'),
  logprob: field(logprob, "Natural logarithm of the model's probability of it; -9999 for minus infinity.", -0.02),
  bytes: optional(z.array(z.int().min(0).max(255)), 'Bytes of its UTF-8.', [32, 98, 108, 117, 101]),
};

/** A token of a response with its log-probability. */
export const responseLogprob = component(
  z.looseObject({
    ...logprobFields,
    top_logprobs: optional(z.array(z.looseObject(logprobFields)), 'The likeliest tokens at this place.', [
      { token: ' blue', logprob: -0.02 },
    ]),
  }),
  'ResponseLogprob',
  'A token with its log-probability.',
  { token: ' blue', logprob: -0.02, bytes: [32, 98, 108, 117, 101], top_logprobs: [] },
);

export const outputText = component(
  z.looseObject({
    type: field(z.literal('output_text'), 'Says that this is text of the model.', 'output_text'),
    text: field(z.string(), 'The text.', 'Air scatters blue light most.'),
    annotations: optional(z.array(responseAnnotation), 'Sources of the text.', []),
    logprobs: optional(z.array(responseLogprob), 'Log-probabilities of its tokens, if they were asked for.', []),
  }),
  'OutputText',
  'Text of the model.',
  { type: 'output_text', text: 'Air scatters blue light most.', annotations: [], logprobs: [] },
);

const outputRefusal = component(
  z.looseObject({
    type: field(z.literal('refusal'), 'Says that this is a refusal.', 'refusal'),
    refusal: field(z.string(), 'Its text.', 'I can’t help with that.'),
  }),
  'OutputRefusal',
  'A refusal of the model.',
  { type: 'refusal', refusal: 'I can’t help with that.' },
);

/** What a message of the model consists of. */
export const outputContent = component(
  z.discriminatedUnion('type', [outputText, outputRefusal]),
  'OutputContent',
  'One piece of a message of the model.',
  { type: 'output_text', text: 'Air scatters blue light most.', annotations: [] },
);

export const reasoningText = component(
  z.looseObject({
    type: field(z.literal('reasoning_text'), 'Says that this is thinking.', 'reasoning_text'),
    text: field(z.string(), 'The thought.', 'Rayleigh scattering.'),
  }),
  'ReasoningText',
  'What the model thought.',
  { type: 'reasoning_text', text: 'Rayleigh scattering.' },
);

export const summaryText = component(
  z.looseObject({
    type: field(z.literal('summary_text'), 'Says that this sums up thinking.', 'summary_text'),
    text: field(z.string(), 'The summary.', 'Recalled scattering.'),
  }),
  'SummaryText',
  'A summary of thinking. Lantern shows the thinking itself and writes none.',
  { type: 'summary_text', text: 'Recalled scattering.' },
);

const inputText = component(
  z.looseObject({
    type: field(z.literal('input_text'), 'Says that this is text.', 'input_text'),
    text: field(z.string(), 'The text.', 'What is in this picture?'),
  }),
  'InputText',
  'Text for the model.',
  { type: 'input_text', text: 'What is in this picture?' },
);

const inputImage = component(
  z.looseObject({
    type: field(z.literal('input_image'), 'Says that this is a picture.', 'input_image'),
    image_url: optional(
      z.string().min(1),
      'Its address: `data:` with base64, or https from a domain that the server allows. Either this or file_id.',
      'https://example.com/cat.png',
    ),
    file_id: optional(z.string().min(1), 'Id of an uploaded file.', 'file-abc'),
    detail: optional(
      z.enum(['auto', 'low', 'high']),
      'How closely to look: low is 512 × 512 pixels at the most.',
      'auto',
      { default: 'auto' },
    ),
  }),
  'InputImage',
  'A picture for the model.',
  { type: 'input_image', image_url: 'https://example.com/cat.png' },
);

const inputFile = component(
  z.looseObject({
    type: field(z.literal('input_file'), 'Says that this is a file.', 'input_file'),
    file_id: optional(z.string().min(1), 'Id of an uploaded file.', 'file-abc'),
    file_data: optional(z.string().min(1), 'The file as a `data:` address.', 'data:text/plain;base64,aGk='),
    file_url: optional(z.string().min(1), 'Its address.', 'https://example.com/note.txt'),
    filename: optional(z.string().min(1), 'Its name.', 'note.txt'),
  }),
  'InputFile',
  'A picture or a video for the model, told by its bytes.',
  { type: 'input_file', file_id: 'file-abc' },
);

/** What a message of the input may hold: what users send, and what the model said before. */
export const inputContent = component(
  z.discriminatedUnion('type', [inputText, inputImage, inputFile, outputText, outputRefusal]),
  'InputContent',
  'One piece of a message of the input.',
  { type: 'input_text', text: 'Hello' },
);

export type ResponseAnnotation = Known<z.infer<typeof responseAnnotation>>;
export type ResponseLogprob = Known<z.infer<typeof responseLogprob>>;
export type OutputContent = Known<z.infer<typeof outputContent>>;
export type InputContent = Known<z.infer<typeof inputContent>>;
