import { z } from 'zod';
import { component, field, optional } from './field.ts';
import type { Known } from './known.ts';
import { count, milliseconds } from './scalars.ts';

/** How long a request took, in llama.cpp's names. */
export const timings = component(
  z.looseObject({
    queue_ms: optional(milliseconds, 'Milliseconds before work on the request began.', 1.4),
    cache_n: field(count, 'Prompt tokens that were remembered and not read again.', 96),
    prompt_n: field(count, 'Prompt tokens that were read.', 24),
    prompt_ms: field(milliseconds, 'Milliseconds of reading them.', 61.5),
    prompt_per_second: field(z.number().min(0), 'Prompt tokens read in a second.', 390.2),
    predicted_n: field(count, 'Tokens that were generated.', 252),
    predicted_ms: field(milliseconds, 'Milliseconds of generating them.', 4100),
    predicted_per_second: field(z.number().min(0), 'Tokens generated in a second.', 61.5),
  }),
  'Timings',
  'How long the parts of a request took.',
  {
    queue_ms: 1.4,
    cache_n: 96,
    prompt_n: 24,
    prompt_ms: 61.5,
    prompt_per_second: 390.2,
    predicted_n: 252,
    predicted_ms: 4100,
    predicted_per_second: 61.5,
  },
);

/** What this server decided for the client. */
export const lanternNote = component(
  z.looseObject({
    thinking: field(z.enum(['on', 'off']), 'Whether the model thought before it answered.', 'on'),
    reason: optional(z.string(), 'With enable_auto, what decided it.', 'mathematics'),
    schema: optional(
      z.enum(['kept', 'broken']),
      'Where a JSON Schema was asked for without strict, whether every answer that came to its end keeps to it.',
      'kept',
    ),
  }),
  'LanternNote',
  'What the server decided where the request left it open.',
  { thinking: 'on', reason: 'mathematics' },
);

export type Timings = Known<z.infer<typeof timings>>;
export type LanternNote = Known<z.infer<typeof lanternNote>>;
