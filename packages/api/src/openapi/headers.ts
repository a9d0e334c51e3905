import { z } from 'zod';

/** Headers of replies, as the document describes them. */
export const requestIdHeader = z.string().meta({
  description: 'Id of the request: the one that was sent in the same header or as request_id, else a new one.',
  examples: ['req-2f1c'],
});

export const retryAfterHeader = z
  .int()
  .min(0)
  .meta({ description: 'Seconds after which to come again.', examples: [2] });

export const thinkingHeader = z.enum(['on', 'off']).meta({
  description: 'Whether the model thinks before it answers.',
  examples: ['on'],
});
