import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.ts';

type Entry = {
  protocol: 'https:' | 'http:';
  /** Lower case, in ASCII. */
  host: string;
  /** Whether only names below `host` are meant. */
  below: boolean;
  port: string;
};

const PORTS = { 'https:': '443', 'http:': '80' } as const;
const ENTRY = /^(?:(https?):\/\/)?(\*\.)?([^*/:@?#\s[\]]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i;

/**
 * Domains from which pictures and videos may be fetched. `example.com` is this host by https at port 443,
 * `*.example.com` every name below it, `*` every host of the internet; `example.com:8443` names another port, and
 * `http://example.com` allows fetching without encryption. Throws a TypeError for an entry that is something else.
 */
export class AllowedDomains {
  readonly #entries: readonly Entry[];

  constructor(entries: readonly string[]) {
    this.#entries = entries.map(readEntry);
  }

  /** Whether nothing at all is allowed. */
  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Whether an address may be fetched as far as its scheme, host and port say. */
  allows({ protocol, hostname, port }: URL): boolean {
    const host = hostname.toLowerCase().replace(/\.$/, '');
    return this.#entries.some(
      (entry) =>
        protocol === entry.protocol &&
        (port || PORTS[entry.protocol]) === entry.port &&
        (entry.below ? entry.host === '' || host.endsWith(`.${entry.host}`) : host === entry.host),
    );
  }
}

function readEntry(text: string): Entry {
  const every = /^(?:(https?):\/\/)?\*$/i.exec(text);
  const [, scheme = every?.[1] ?? 'https', star, name = '', port] = ENTRY.exec(text) ?? [];
  const protocol = `${scheme.toLowerCase()}:` as Entry['protocol'];
  if (every) return { protocol, host: '', below: true, port: PORTS[protocol] };
  const url = name === '' ? null : URL.parse(`${protocol}//${name}${port ? `:${port}` : ''}/`);
  if (!url)
    throw new TypeError(
      `${JSON.stringify(text)} is no domain; write example.com, *.example.com, example.com:8443, http://example.com or *`,
    );
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  const address = host.replace(/^\[|\]$/g, '');
  if (host === 'localhost' || (isIP(address) > 0 && !isPublicAddress(address)))
    throw new TypeError(`${text} is not on the internet; media are fetched from public addresses only`);
  return { protocol, host, below: star !== undefined, port: url.port || PORTS[protocol] };
}
