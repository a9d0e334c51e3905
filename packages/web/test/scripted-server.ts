import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

/** What an answer is made of, and how fast. */
export type Script = (response: ServerResponse, body: ChatBody, index: number) => unknown;

export type ChatBody = {
  model: string;
  messages: { role: string; content: unknown }[];
  [field: string]: unknown;
};

/**
 * A server for tests whose chats are scripted; all else a real server answers, which it stands before. It can go away and
 * come back at the same address.
 */
export class ScriptedServer {
  /** Bodies of the chats that were asked for. */
  readonly asked: ChatBody[] = [];
  /** Answers the next chats. */
  script: Script = says('Hello.');
  /** Replies in the place of the real server's, by path. */
  readonly instead = new Map<string, unknown>();
  readonly #behind: string;
  #server: Server | undefined;
  #port = 0;

  constructor(behind: string) {
    this.#behind = behind;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  async start(): Promise<void> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Goes away; connections break. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    this.#server = undefined;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    if (path === '/v1/chat/completions') {
      const body = (await json(request)) as ChatBody;
      await this.script(response, body, this.asked.push(body) - 1);
      return;
    }
    const instead = this.instead.get(path);
    if (instead !== undefined) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(instead));
      return;
    }
    const sent = await text(request);
    const reply = await fetch(new URL(path, this.#behind), {
      method: request.method ?? 'GET',
      headers: { ...(request.headers.authorization && { authorization: request.headers.authorization }) },
      ...(sent !== '' && { body: sent }),
    });
    const headers = Object.fromEntries(
      [...reply.headers].filter(
        ([name]) => !/^(content-encoding|content-length|transfer-encoding|connection|keep-alive)$/.test(name),
      ),
    );
    response.writeHead(reply.status, headers).end(Buffer.from(await reply.arrayBuffer()));
  }
}

type Delta = Record<string, unknown>;

/** A stream that one writes piece by piece. */
export class Stream {
  readonly #response: ServerResponse;
  #tokens = 0;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    this.send({ role: 'assistant', content: '' });
  }

  get isLeft(): boolean {
    return this.#response.closed;
  }

  send(delta: Delta, finish_reason: string | null = null, logprobs: object | null = null): void {
    this.#tokens++;
    const choices = [{ index: 0, delta, finish_reason, logprobs }];
    this.#write({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'scripted', choices });
  }

  end(finishReason: string = 'stop'): void {
    this.send({}, finishReason);
    const usage = {
      prompt_tokens: 300,
      completion_tokens: this.#tokens,
      total_tokens: 300 + this.#tokens,
      prompt_tokens_details: { cached_tokens: 256 },
    };
    this.#write({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'scripted',
      choices: [],
      usage,
    });
    this.#response.end('data: [DONE]\n\n');
  }

  #write(chunk: object): void {
    this.#response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }
}

/** Words of a text, each with the space before it: about what tokens are. */
export function tokensOf(content: string): string[] {
  return content.match(/\s*\S+|\s+$/g) ?? [];
}

/** An answer, a token every so many milliseconds; 0 sends all at once. */
export function says(content: string, everyMs: number = 0, reasoning: string = ''): Script {
  return async (response) => {
    const stream = new Stream(response);
    for (const token of tokensOf(reasoning)) {
      if (stream.isLeft) return;
      stream.send({ reasoning_content: token, reasoning: token });
      if (everyMs > 0) await wait(everyMs);
    }
    for (const token of tokensOf(content)) {
      if (stream.isLeft) return;
      stream.send({ content: token });
      if (everyMs > 0) await wait(everyMs);
    }
    stream.end();
  };
}

/** A token, how likely it was, and what could have stood in its place. */
export type Likely = [token: string, probability: number, others?: Record<string, number>];

/** An answer with the probabilities of its tokens. */
export function saysLikely(tokens: readonly Likely[]): Script {
  return async (response) => {
    const stream = new Stream(response);
    for (const [token, probability, others = {}] of tokens) {
      const top_logprobs = Object.entries({ ...others, [token]: probability }).map(told);
      stream.send({ content: token }, null, { content: [{ ...told([token, probability]), top_logprobs }] });
    }
    stream.end();
  };
}

function told([token, probability]: [string, number]): object {
  return { token, logprob: Math.log(probability), bytes: [...Buffer.from(token)] };
}

/** A call of a function, its arguments in pieces. */
export function calls(name: string, args: object, everyMs: number = 0): Script {
  return callsEach([[name, args]], everyMs);
}

/** Several calls in one answer, each with its arguments in pieces. */
export function callsEach(list: readonly (readonly [name: string, args: object])[], everyMs: number = 0): Script {
  return async (response) => {
    const stream = new Stream(response);
    for (const [index, [name, args]] of list.entries()) {
      const id = `call_${index + 1}`;
      stream.send({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] });
      for (const piece of JSON.stringify(args).match(/.{1,6}/g) ?? []) {
        stream.send({ tool_calls: [{ index, function: { arguments: piece } }] });
        if (everyMs > 0) await wait(everyMs);
      }
    }
    stream.end('tool_calls');
  };
}

/** A refusal. */
export function refuses(status: number, error: object, headers: Record<string, string> = {}): Script {
  return (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ error }));
}
