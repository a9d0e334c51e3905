import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { filePurpose } from './file-object.ts';

/** Seconds as a form or an address has them: digits. */
const digits = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** Fields of the form of `POST /v1/files` beside the file itself. A form writes `expires_after[seconds]`. */
export const fileUploadFields = z.looseObject({
  purpose: field(filePurpose, 'What the file is for: pictures and videos are of purpose vision.', 'vision'),
  expires_after: optional(
    z.looseObject({
      anchor: field(z.literal('created_at'), 'From when its time is counted.', 'created_at'),
      seconds: field(digits(3600, 2_592_000), 'After how many seconds it is deleted by itself.', 3600),
    }),
    'When it is deleted by itself. Left out: after as long as the server keeps files.',
    { anchor: 'created_at', seconds: 3600 },
  ),
});

/** Body of `POST /v1/files`, as the document describes it. */
export const fileUpload = component(
  fileUploadFields.extend({
    file: field(z.string(), 'The content of the file, with its name.', 'a picture').meta({ format: 'binary' }),
  }),
  'FileUpload',
  'A file and what it is for, as a form.',
  { purpose: 'vision', file: 'a picture' },
);

/** What of the files `GET /v1/files` gives. */
export const fileListQuery = z.object({
  purpose: optional(filePurpose, 'Only files of this purpose.', 'vision'),
  limit: optional(digits(1, 10_000), 'Most files of a page.', 100, { default: 10_000 }),
  order: optional(z.enum(['asc', 'desc']), 'Oldest or newest first.', 'desc', { default: 'desc' }),
  after: optional(z.string(), 'Id of the file after which the page begins.', 'file-abc'),
});

export type FileUploadFields = Known<z.infer<typeof fileUploadFields>>;
export type FileListQuery = z.infer<typeof fileListQuery>;
