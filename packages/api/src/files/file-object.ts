import { z } from 'zod';
import { component, field, optional } from '../shared/field.ts';
import type { Known } from '../shared/known.ts';
import { count, unixSeconds } from '../shared/scalars.ts';

const example = {
  id: 'file-6f3a0c9d5b7e41f28a90c4d1e2b3f456',
  object: 'file',
  bytes: 120_000,
  created_at: 1_772_000_000,
  expires_at: 1_774_592_000,
  filename: 'cat.png',
  purpose: 'vision',
  status: 'processed',
};

/** What an uploaded file is for. All of them are kept alike. */
export const filePurpose = z.enum(['vision', 'user_data', 'file-extract', 'assistants']);

/** An uploaded file, as `GET /v1/files/{file_id}` gives it. */
export const fileObject = component(
  z.looseObject({
    id: field(z.string().min(1), 'Id of the file; messages name it by this.', example.id),
    object: field(z.literal('file'), 'What this object is.', 'file'),
    bytes: field(count, 'How large it is.', example.bytes),
    created_at: field(unixSeconds, 'When it was uploaded, in seconds since 1970.', example.created_at),
    expires_at: optional(unixSeconds, 'When it is deleted by itself.', example.expires_at),
    filename: field(z.string(), 'The name it was uploaded under.', example.filename),
    purpose: field(z.string(), 'What it is for.', example.purpose),
    status: field(z.string(), 'Always processed: a file can be used at once.', example.status),
  }),
  'File',
  'An uploaded file.',
  example,
);

/** Reply of `GET /v1/files`. */
export const fileList = component(
  z.looseObject({
    object: field(z.literal('list'), 'What this object is.', 'list'),
    data: field(z.array(fileObject), 'The files.', [example]),
    first_id: field(z.string().nullable(), 'Id of the first of them.', example.id),
    last_id: field(z.string().nullable(), 'Id of the last of them; `after` it the next page begins.', example.id),
    has_more: field(z.boolean(), 'Whether more follow.', false),
  }),
  'FileList',
  'Files of the key that asks.',
  { object: 'list', data: [example], first_id: example.id, last_id: example.id, has_more: false },
);

/** Reply of `DELETE /v1/files/{file_id}`. */
export const deletedFile = component(
  z.looseObject({
    id: field(z.string(), 'Id of the file.', example.id),
    object: field(z.literal('file'), 'What was deleted.', 'file'),
    deleted: field(z.literal(true), 'It is gone.', true),
  }),
  'DeletedFile',
  'A file that is no longer kept.',
  { id: example.id, object: 'file', deleted: true },
);

export type FilePurpose = z.infer<typeof filePurpose>;
export type FileObject = Known<z.infer<typeof fileObject>>;
export type FileList = Known<z.infer<typeof fileList>>;
export type DeletedFile = Known<z.infer<typeof deletedFile>>;
