import { z } from 'zod';
import { component, field } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';

/** Reply of `GET /version`. */
export const version = component(
  z.looseObject({ version: field(z.string().min(1), 'Version of the server.', '0.1.0') }),
  'Version',
  'Which server this is.',
  { version: '0.1.0' },
);

export type Version = Known<z.infer<typeof version>>;
