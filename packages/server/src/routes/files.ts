import { Readable } from 'node:stream';
import {
  type DeletedFile,
  describeZodError,
  type FileList,
  type FileObject,
  fileListQuery,
  fileUploadFields,
} from '@lantern/api';
import type { z } from 'zod';
import { fileNotFound, type StoredFile } from '../files/file-store.ts';
import { readUpload } from '../files/read-upload.ts';
import { ApiError, badField } from '../http/api-error.ts';
import type { RequestContext, ServerContext } from '../server-context.ts';

/** `POST /v1/files`: takes in a file. */
export async function uploadFile({ files }: ServerContext, context: RequestContext): Promise<Response> {
  const { file, filename, fields } = await readUpload(context.req.raw, files, context.get('running').signal);
  try {
    const { purpose, expires_after: expiry } = checked(fileUploadFields, nested(fields));
    const name = filename.toWellFormed().slice(0, 255) || 'upload';
    return context.json(
      shown(
        file.keep({
          owner: context.get('owner'),
          filename: name,
          purpose,
          expiresAfterSeconds: expiry?.seconds ?? null,
        }),
      ),
    );
  } catch (error) {
    file.drop();
    throw error;
  }
}

/** `GET /v1/files`: files of the key that asks, newest first unless `order` says otherwise. */
export function listFiles({ files }: ServerContext, context: RequestContext): Response {
  const { purpose, limit, order, after } = checked(fileListQuery, context.req.query());
  const page = files.list(context.get('owner'), {
    limit: limit ?? 10_000,
    order: order ?? 'desc',
    after: after ?? null,
    purpose: purpose ?? null,
  });
  if (!page) throw badField('after', `after is ${JSON.stringify(after)}; there is no file of this id`);
  const list: FileList = {
    object: 'list',
    data: page.files.map(shown),
    first_id: page.files[0]?.id ?? null,
    last_id: page.files.at(-1)?.id ?? null,
    has_more: page.hasMore,
  };
  return context.json(list);
}

/** `GET /v1/files/{id}` */
export function showFile(server: ServerContext, context: RequestContext): Response {
  return context.json(shown(found(server, context)));
}

/** `GET /v1/files/{id}/content`: the bytes, for saving; nothing that a browser would run. */
export async function fileContent(server: ServerContext, context: RequestContext): Promise<Response> {
  const file = found(server, context);
  const content = await server.files.stream(file);
  return new Response(Readable.toWeb(content) as ReadableStream, {
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(file.bytes),
      'content-disposition': `attachment; filename*=UTF-8''${encoded(file.filename)}`,
      'x-content-type-options': 'nosniff',
    },
  });
}

/** A text as a parameter of a header has it (RFC 8187). */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** `DELETE /v1/files/{id}` */
export function deleteFile({ files }: ServerContext, context: RequestContext): Response {
  const id = context.req.param('id') ?? '';
  if (!files.delete(id, context.get('owner'))) throw fileNotFound(id);
  const body: DeletedFile = { id, object: 'file', deleted: true };
  return context.json(body);
}

function found({ files }: ServerContext, context: RequestContext): StoredFile {
  const id = context.req.param('id') ?? '';
  const file = files.find(id, context.get('owner'));
  if (!file) throw fileNotFound(id);
  return file;
}

function shown({ id, bytes, createdAt, expiresAt, filename, purpose }: StoredFile): FileObject {
  return {
    id,
    object: 'file',
    bytes,
    created_at: createdAt,
    expires_at: expiresAt,
    filename,
    purpose,
    status: 'processed',
  };
}

/** Fields of a form with those of one object (`expires_after[seconds]`) put together. */
function nested(fields: ReadonlyMap<string, string>): Record<string, unknown> {
  const body = new Map<string, unknown>();
  for (const [name, value] of fields) {
    const [, outer, inner] = /^(\w+)\[(\w+)\]$/.exec(name) ?? [];
    if (outer === undefined || inner === undefined) body.set(name, value);
    else body.set(outer, { ...(body.get(outer) as object | undefined), [inner]: value });
  }
  return Object.fromEntries(body);
}

function checked<Schema extends z.ZodType>(schema: Schema, values: Record<string, unknown>): z.infer<Schema> {
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const { message, param } = describeZodError(parsed.error, values, schema);
  throw new ApiError('invalid_request', message, { param });
}
