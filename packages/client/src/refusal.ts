import { shownUrl } from './base-url.ts';
import { ClientError } from './client-error.ts';
import { isObject, type LooseObject, numberOrNull, parseJson, textOrNull } from './loose-json.ts';
import { askedDelay } from './retry-rules.ts';

/** Longest message of a server that is repeated. */
const MOST_CHARACTERS = 1000;

/** What a server says of a failure. */
type ToldError = { message: string | null; code: string | null; type: string | null; param: string | null };

/** A reply that is no success, as an error: the server's own words, then the status and the address. */
export function refusal(
  url: URL,
  { status, statusText, headers }: Pick<Response, 'status' | 'statusText' | 'headers'>,
  body: string,
  secret: string | null,
): ClientError {
  const plain = headers.get('content-type')?.startsWith('text/plain') ? textOrNull(body.trim()) : null;
  const { message: words, ...told } = toldError(parseJson(body));
  const message = words ?? plain;
  const asked = askedDelay(headers);
  const from = `from ${shownUrl(url)}`;
  const said =
    message === null
      ? `${`${status} ${statusText}`.trim()} ${from}`
      : `${oneLine(message, secret)} (${status} ${from})`;
  return new ClientError(said, {
    status,
    ...told,
    retryAfter: asked === null ? null : Math.max(0, asked / 1000),
    requestId: headers.get('x-request-id'),
  });
}

/** An error that a stream tells after it has begun. */
export function streamError(url: URL, data: unknown, secret: string | null): ClientError {
  const { message, ...told } = toldError(data);
  const text = oneLine(message ?? 'an error without a message', secret);
  return new ClientError(`${text} (in the middle of the stream from ${shownUrl(url)})`, told);
}

/**
 * Reads the forms of OpenAI, vLLM (code is the status, or the error is a bare text), SGLang (flat), Model Studio and
 * FastAPI (`detail`).
 */
function toldError(body: unknown): ToldError {
  if (!isObject(body)) return { message: null, code: null, type: null, param: null };
  if (typeof body.error === 'string') return { ...told(body), message: body.error };
  return told(isObject(body.error) ? body.error : body);
}

function told({ message, detail, code, type, param }: LooseObject): ToldError {
  const number = numberOrNull(code);
  return {
    message: textOrNull(message) ?? textOrNull(detail) ?? (detail === undefined ? null : JSON.stringify(detail)),
    code: number === null ? textOrNull(code) : String(number),
    type: textOrNull(type),
    param: textOrNull(param),
  };
}

function oneLine(message: string, secret: string | null): string {
  const line = withoutSecret(message, secret).replaceAll(/\s+/g, ' ').trim();
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS - 1)}…` : line;
}

/** Some servers repeat the key that they refuse. One that is short, such as `x`, hides no part of a word. */
function withoutSecret(message: string, secret: string | null): string {
  if (secret === null) return message;
  if (secret.length >= 8) return message.replaceAll(secret, '[key]');
  return message.replaceAll(new RegExp(`(?<![\\w-])${RegExp.escape(secret)}(?![\\w-])`, 'g'), '[key]');
}
