import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as WebStream } from 'node:stream/web';
import busboy from 'busboy';
import { ApiError, badField } from '../http/api-error.ts';
import { type FileStore, fileTooLarge, type ReceivedFile } from './file-store.ts';

/** A form with one file, whose content is on the disk already. */
export type Upload = { file: ReceivedFile; filename: string; fields: Map<string, string> };

/** Room for everything around the file in a form. */
const FORM_BYTES = 64 * 1024;
const limits = { files: 2, fields: 16, parts: 18, fieldNameSize: 100, fieldSize: 4096, headerPairs: 32 };

/**
 * Reads the form of an upload while it comes, its file straight into the store. Throws a 415 for another kind of body, a
 * 400 for a form that is broken or has no file, and what the store refuses; then nothing is left of the file.
 */
export async function readUpload({ headers, body }: Request, store: FileStore, signal: AbortSignal): Promise<Upload> {
  const type = headers.get('content-type') ?? '';
  if (!/^multipart\/form-data\s*;/i.test(type))
    throw new ApiError(
      'unsupported_media_type',
      `the content-type is ${type === '' ? 'missing' : JSON.stringify(type)}; it must be multipart/form-data with a boundary`,
    );
  if (Number(headers.get('content-length')) > store.maxFileBytes + FORM_BYTES) throw fileTooLarge(store.maxFileBytes);
  const form = new FormReader(type, store);
  // The types of the web's streams and of Node's do not know each other.
  const source = Readable.fromWeb((body ?? new Blob([]).stream()) as WebStream);
  source.on('error', () => form.refuse(new ApiError('client_closed', 'the body broke off')));
  try {
    await pipeline(source, form.parser, { signal });
    return await form.upload();
  } catch (error) {
    await form.drop();
    throw form.refusal ?? error;
  }
}

class FormReader {
  readonly parser: busboy.Busboy;
  /** What is wrong with the form, or why its file is not taken. */
  refusal: unknown = null;
  readonly #fields = new Map<string, string>();
  #file: Promise<ReceivedFile> | null = null;
  #filename = '';

  constructor(type: string, store: FileStore) {
    this.parser = makeParser(type);
    this.parser.on('field', (name, value, { valueTruncated }) => {
      if (valueTruncated) this.refuse(badField(name, `${name} is longer than ${limits.fieldSize} bytes`));
      this.#fields.set(name, value);
    });
    this.parser.on('file', (name, content, { filename }) => {
      if (name !== 'file') this.refuse(badField(name, `${name} is a file; the file of an upload is called file`));
      else if (this.#file) this.refuse(badField('file', 'there are two files; upload one at a time'));
      // What is refused already ends in an error of the content.
      content.on('error', () => undefined);
      if (this.refusal) {
        content.resume();
        return;
      }
      this.#filename = filename;
      this.#file = store.receive(content);
      this.#file.catch((error: unknown) => this.refuse(error));
    });
    for (const event of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const)
      this.parser.on(event, () => this.refuse(new ApiError('invalid_request', 'the form has too many fields')));
    this.parser.on('error', (error: Error) =>
      this.refuse(new ApiError('invalid_request', `the form cannot be read: ${error.message}`)),
    );
  }

  async upload(): Promise<Upload> {
    if (this.refusal) throw this.refusal;
    if (!this.#file) throw badField('file', 'file is missing; the form must have a part of this name with the content');
    return { file: await this.#file, filename: this.#filename, fields: this.#fields };
  }

  /** Forgets the file, once it is known whether it came. */
  async drop(): Promise<void> {
    const file = await this.#file?.catch(() => null);
    file?.drop();
  }

  /** Ends the reading. The first reason counts. */
  refuse(error: unknown): void {
    if (this.refusal !== null) return;
    this.refusal = error;
    this.parser.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

function makeParser(type: string): busboy.Busboy {
  try {
    return busboy({ headers: { 'content-type': type }, limits, defParamCharset: 'utf8' });
  } catch (error) {
    throw new ApiError(
      'unsupported_media_type',
      `the content-type is ${JSON.stringify(type)}: ${(error as Error).message}`,
    );
  }
}
