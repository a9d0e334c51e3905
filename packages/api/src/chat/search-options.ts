import { z } from 'zod';
import { component, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';

/** How the search of `enable_search` works, in Model Studio's fields. */
export const searchOptions = component(
  z.looseObject({
    forced_search: optional(z.boolean(), 'Search even where the model sees no need.', true, { default: false }),
    search_strategy: optional(
      z.enum(['turbo', 'max', 'agent', 'agent_max']),
      'How much to search: turbo takes few sources, max more, agent searches in rounds, agent_max also reads pages.',
      'turbo',
      { default: 'turbo' },
    ),
    enable_search_extension: optional(z.boolean(), 'Special searches such as weather or shares.', false, {
      default: false,
    }),
    freshness: optional(
      z.union([z.literal(7), z.literal(30), z.literal(180), z.literal(365)]),
      'Only sources of the last 7, 30, 180 or 365 days.',
      30,
    ),
    assigned_site_list: optional(z.array(z.string().min(1)).max(25), 'Only sources of these sites, at most 25.', [
      'example.com',
    ]),
    intention_options: optional(
      z.looseObject({
        prompt_intervene: optional(z.string(), 'Says in words what may be searched for.', 'Only technical topics'),
      }),
      'When to search.',
      { prompt_intervene: 'Only technical topics' },
    ),
    enable_source: optional(z.boolean(), 'Give the sources back.', true),
    enable_citation: optional(z.boolean(), 'Mark in the text where a source was used.', true),
    citation_format: optional(z.enum(['[<number>]', '[ref_<number>]']), 'How such marks look.', '[<number>]', {
      default: '[<number>]',
    }),
    prepend_search_result: optional(z.boolean(), 'Send the sources before the answer in a stream.', false),
  }),
  'SearchOptions',
  'How the search works that enable_search turns on.',
  { forced_search: true, search_strategy: 'turbo' },
);

export type SearchOptions = Known<z.infer<typeof searchOptions>>;
