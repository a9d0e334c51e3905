import { promises as dns, type LookupAddress } from 'node:dns';
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { ApiError, badField } from '../http/api-error.ts';
import type { AllowedDomains } from './allowed-domains.ts';
import { mediaLimits, tooLarge } from './media-limits.ts';
import { isPublicAddress } from './public-address.ts';

/** How addresses in requests are fetched. What is left out is as it is for a server on the internet. */
export type LinkRules = {
  domains: AllowedDomains;
  /** Every address of a host name. */
  resolve?: (host: string) => Promise<readonly LookupAddress[]>;
  /** Whether an address may be connected to. */
  admits?: (address: string) => boolean;
  patience?: Patience;
};

/** A fetch may last `totalMs`, and in every window of `windowMs` so many bytes must come. */
export type Patience = { totalMs: number; windowMs: number; windowBytes: number };

const PATIENCE: Patience = { totalMs: 60_000, windowMs: 10_000, windowBytes: 10_240 };
const MOST_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export type LinkTarget = {
  kind: 'image' | 'video';
  /** What the address is called in errors. */
  field: string;
  rules: LinkRules;
  signal: AbortSignal;
};

/**
 * The bytes behind an address of the internet. A name is looked up once a hop; all its addresses must be public, and it
 * is them that are connected to. Redirects, three at most, are held to the same rules. There are no credentials, cookies
 * or proxies. Throws a 400 or a 413 that names the field; rejects with the reason of `signal`.
 */
export async function fetchLink(link: string, target: LinkTarget): Promise<Uint8Array> {
  const watch = new Watch(target);
  try {
    let url = URL.parse(link);
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      const answer = await open(checked(url, target, hop > 0), target, watch);
      watch.heard();
      const { location } = answer.headers;
      if (location === undefined || !REDIRECTS.has(answer.statusCode ?? 0))
        return await readAnswer(answer, target, watch);
      answer.destroy();
      url = URL.parse(location, url!.href);
    }
    throw failed(target, `it redirects more than ${MOST_REDIRECTS} times`);
  } catch (error) {
    // What was stopped fails in many ways; why it was is what counts.
    watch.signal.throwIfAborted();
    throw error;
  } finally {
    watch.end();
  }
}

/** The address, if it may be asked. Its host's addresses are checked when it is connected to. */
function checked(url: URL | null, target: LinkTarget, isRedirect: boolean): URL {
  const { rules, field } = target;
  const subject = isRedirect ? `${field} redirects to ${url?.origin ?? 'nowhere'}, which` : field;
  const refuse = (why: string) => badField(field, `${subject} ${why}`, 'invalid_media');
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw refuse('is no https address');
  if (url.username !== '' || url.password !== '')
    throw refuse('has a user or a password in it; addresses are fetched without credentials');
  if (!rules.domains.allows(url)) {
    const entry = `${url.protocol === 'http:' ? 'http://' : ''}${url.host}`;
    throw refuse(
      `is at ${url.origin}, from where this server does not fetch; send a data: address or a file_id, or start the server with --allowed-media-domains ${entry}`,
    );
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) > 0 && !(rules.admits ?? isPublicAddress)(host)) throw notPublic(target);
  return url;
}

function open(url: URL, target: LinkTarget, watch: Watch): Promise<http.IncomingMessage> {
  const { request, Agent } = url.protocol === 'https:' ? https : http;
  const accept = target.kind === 'image' ? 'image/*' : 'video/*';
  return new Promise((resolve, reject) => {
    request(
      url,
      {
        // One of its own: a shared one may keep connections, and may be told of proxies.
        agent: new Agent({ keepAlive: false }),
        lookup: lookup(target),
        signal: watch.signal,
        headers: { accept, 'accept-encoding': 'identity', 'user-agent': 'lantern' },
      },
      resolve,
    )
      .on('error', (error: NodeJS.ErrnoException) =>
        reject(error instanceof ApiError ? error : failed(target, error.code ?? error.message)),
      )
      .end();
  });
}

/** Looks a name up for a connection, and gives it nothing where one of the addresses is not public. */
function lookup(target: LinkTarget): LookupFunction {
  const { resolve = (host) => dns.lookup(host, { all: true }), admits = isPublicAddress } = target.rules;
  return (host, options, done) => {
    const give = async () => {
      const addresses = [...(await resolve(host))];
      const [first] = addresses;
      if (!first) throw failed(target, 'its host has no address');
      if (!addresses.every(({ address }) => admits(address))) throw notPublic(target);
      return { addresses, first };
    };
    give().then(
      ({ addresses, first }) => (options.all ? done(null, addresses) : done(null, first.address, first.family)),
      (error: NodeJS.ErrnoException) => done(error, []),
    );
  };
}

async function readAnswer(answer: http.IncomingMessage, target: LinkTarget, watch: Watch): Promise<Uint8Array> {
  const { kind, field } = target;
  const {
    'content-type': type = '',
    'content-encoding': encoding = 'identity',
    'content-length': length,
  } = answer.headers;
  try {
    if (answer.statusCode !== 200) throw failed(target, `its server answers ${answer.statusCode}`);
    const essence = type.split(';', 1)[0]!.trim().toLowerCase();
    if (essence !== '' && !essence.startsWith(`${kind}/`) && !/^(application|binary)\/octet-stream$/.test(essence))
      throw failed(target, `its server says that it is ${JSON.stringify(essence)}; it must be ${kind}/…`);
    if (encoding.toLowerCase() !== 'identity')
      throw failed(
        target,
        `its server sends it compressed (${JSON.stringify(encoding)}), though that was not asked for`,
      );
    const most = mediaLimits[kind].bytes;
    if (Number(length) > most) throw tooLarge(kind, field, length!, 'bytes');
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of answer as AsyncIterable<Uint8Array>) {
      size += part.length;
      if (size > most) throw tooLarge(kind, field, `more than ${most}`, 'bytes');
      watch.received(part.length);
      parts.push(part);
    }
    if (size === 0) throw failed(target, 'its server sends nothing');
    return Buffer.concat(parts);
  } catch (error) {
    throw error instanceof ApiError ? error : failed(target, 'its server breaks off');
  } finally {
    answer.destroy();
  }
}

/** Ends a fetch that takes too long or comes too slowly, or that nobody waits for. */
class Watch {
  readonly #stop = new AbortController();
  readonly #timers: NodeJS.Timeout[];
  readonly signal: AbortSignal;
  #needed: number;
  readonly #windowBytes: number;

  constructor(target: LinkTarget) {
    const { totalMs, windowMs, windowBytes } = target.rules.patience ?? PATIENCE;
    this.signal = AbortSignal.any([target.signal, this.#stop.signal]);
    this.#windowBytes = windowBytes;
    this.#needed = windowBytes;
    const stop = (why: string) => this.#stop.abort(failed(target, why));
    this.#timers = [
      setTimeout(() => stop(`it takes longer than ${totalMs / 1000} s`), totalMs),
      setInterval(() => {
        if (this.#needed > 0) stop(`fewer than ${windowBytes} bytes came in ${windowMs / 1000} s`);
        this.#needed = windowBytes;
      }, windowMs),
    ];
  }

  received(bytes: number): void {
    this.#needed -= bytes;
  }

  /** The server has answered, which is worth a window. */
  heard(): void {
    this.#needed -= this.#windowBytes;
  }

  end(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}

function failed({ field }: LinkTarget, why: string): ApiError {
  return badField(field, `${field} cannot be fetched: ${why}`, 'invalid_media');
}

function notPublic(target: LinkTarget): ApiError {
  return failed(target, 'its host has an address that is not public; send a data: address or a file_id');
}
