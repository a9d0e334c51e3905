import type { ModelCard } from '@lantern/api';
import { readBaseUrl, shownUrl } from './base-url.ts';
import type { ChatStream } from './chat-stream.ts';
import type { ChatRequest } from './chat-types.ts';
import { ClientError } from './client-error.ts';
import { Connection } from './connection.ts';
import type { WireEvent } from './exchange.ts';
import { replyError } from './failures.ts';
import { isObject, textOrNull } from './loose-json.ts';
import { startChat } from './start-chat.ts';

export type LanternClientOptions = {
  /** Where the API begins: `http://host:8000` (then `/v1` is added), or with a path, which is taken as it is. */
  baseUrl: string;
  /** Sent as `Authorization: Bearer`. Default: none. */
  apiKey?: string | undefined;
  /** Default: the global one. */
  fetch?: typeof fetch;
  /** Longest silence before a reply and within one. Default 10 minutes; Node itself gives up after 5. */
  timeoutMs?: number;
  /** Further attempts before a reply begins, where a failure may pass. Default 2. */
  maxRetries?: number;
};

export type CallOptions = {
  /** Ends the request; what waits for it is thrown the signal's reason. */
  signal?: AbortSignal | undefined;
};

export type ChatOptions = CallOptions & {
  /** Hears what goes over the wire, as it goes; `recordChat` keeps it. What it throws ends the request. */
  onWire?: ((event: WireEvent) => void) | undefined;
};

/** A model as `/models` lists it. Servers other than Lantern leave most fields out. */
export type ServedModel = Pick<ModelCard, 'id'> & Partial<ModelCard>;

const TEN_MINUTES_MS = 600_000;

/** Talks to a server with OpenAI's API: Lantern, vLLM, SGLang, llama.cpp, Model Studio. */
export class LanternClient {
  /** Where the API begins, without a query. */
  readonly baseUrl: string;
  readonly #connection: Connection;

  /** Throws a ClientError for an option that cannot be used. */
  constructor({ baseUrl, apiKey, fetch, timeoutMs = TEN_MINUTES_MS, maxRetries = 2 }: LanternClientOptions) {
    const base = readBaseUrl(baseUrl);
    if (!(timeoutMs > 0)) throw badOption('timeoutMs', timeoutMs, 'be above 0');
    if (!(Number.isInteger(maxRetries) && maxRetries >= 0))
      throw badOption('maxRetries', maxRetries, 'be a whole number from 0 up');
    this.baseUrl = shownUrl(base);
    this.#connection = new Connection({
      base,
      key: readKey(apiKey),
      fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
      timeoutMs,
      maxRetries,
    });
  }

  /** Asks for an answer; it comes as a stream of events. What fails is thrown by the stream and by its `result`. */
  chat(request: ChatRequest, options?: ChatOptions): ChatStream {
    return this.chatMany(request, 1, options)[0]!;
  }

  /** Asks for several answers to one conversation with one request. Each has its stream; usage and timings are shared. */
  chatMany(request: ChatRequest, count: number, { signal, onWire }: ChatOptions = {}): ChatStream[] {
    if (!(Number.isInteger(count) && count >= 1)) throw badOption('count', count, 'be a whole number from 1 up');
    return startChat(this.#connection, request, count, { signal, onWire });
  }

  /** The models that can be asked. */
  async models({ signal }: CallOptions = {}): Promise<ServedModel[]> {
    const body = await this.#connection.get('models', signal);
    const list: unknown = isObject(body) ? body.data : undefined;
    if (!Array.isArray(list)) throw replyError(new URL(`${this.baseUrl}/models`), 'sent no list of models');
    return list.filter(isModel);
  }
}

function isModel(value: unknown): value is ServedModel {
  return isObject(value) && textOrNull(value.id) !== null;
}

/** The key without the line break that files end with. Throws where no header could carry it; never shows it. */
function readKey(key: string | undefined): string | null {
  const text = key?.trim() ?? '';
  if (/[^\x21-\x7e]/.test(text))
    throw new ClientError(
      'apiKey holds a space, a control character or a letter beyond ASCII; no header can carry it',
      {
        code: 'invalid_option',
      },
    );
  return text === '' ? null : text;
}

function badOption(name: string, value: number, allowed: string): ClientError {
  return new ClientError(`${name} is ${value}; it must ${allowed}`, { code: 'invalid_option' });
}
