import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { count } from '../shared/scalars.ts';

const citation = { url: 'https://example.com/sky', title: 'Why the sky is blue', start_index: 0, end_index: 37 };

/** A source of an answer, as chat replies name it. */
export const annotation = component(
  z.looseObject({
    type: field(z.literal('url_citation'), 'Says that a page is cited.', 'url_citation'),
    url_citation: field(
      z.looseObject({
        url: field(z.string(), 'Address of the page, or path of the file.', citation.url),
        title: field(z.string(), 'Its title.', citation.title),
        start_index: field(count, 'Where in the content the cited text begins.', citation.start_index),
        end_index: field(count, 'Where it ends.', citation.end_index),
        content: optional(z.string(), 'What of the page the model saw.', 'Air scatters blue light most.'),
      }),
      'The page.',
      citation,
    ),
  }),
  'Annotation',
  'A source that the answer rests on.',
  { type: 'url_citation', url_citation: citation },
);

export type Annotation = Known<z.infer<typeof annotation>>;
