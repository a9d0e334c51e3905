import { decodeSse } from '@lantern/api/sse';
import { AnswerReader, type RequestFacts } from './answer-reader.ts';
import { shownUrl } from './base-url.ts';
import type { ChatSink } from './chat-stream.ts';
import { ClientError } from './client-error.ts';
import { replyError } from './failures.ts';
import { isObject, type LooseObject, objectOf, objectsOf, parseJson, textOrNull } from './loose-json.ts';
import { readTimings } from './read-timings.ts';
import { readUsage } from './read-usage.ts';
import type { Reply } from './reply.ts';

/** After its last word a server has so long to end the stream; then the connection is closed. */
const GRACE_MS = 1000;

/**
 * Reads the reply of a chat request to its end and tells each answer to its sink; `onData` hears each event before it is
 * read. Throws where the reply is at fault.
 */
export async function readAnswers(
  reply: Reply,
  sinks: readonly ChatSink[],
  onData: (data: string) => void = () => undefined,
): Promise<void> {
  const answers = new Answers(reply, sinks);
  if (reply.contentType.includes('application/json')) return readWhole(reply, answers, onData);
  let isDone = false;
  for await (const { data, event } of decodeSse(reply.pieces())) {
    if (isDone) continue;
    onData(data);
    if (data.trim() === '[DONE]') {
      isDone = true;
      answers.end();
      reply.endWithin(GRACE_MS);
      continue;
    }
    const chunk = parseJson(data);
    if (!isObject(chunk)) throw replyError(reply.url, `sent an event that is no JSON object: ${data.slice(0, 80)}`);
    if (event === 'error' || isFailure(chunk)) throw reply.failure(chunk);
    answers.read(chunk);
  }
  if (!isDone) answers.end();
}

/** Some servers answer in one piece although a stream was asked for. */
async function readWhole(reply: Reply, answers: Answers, onData: (data: string) => void): Promise<void> {
  const text = await reply.text();
  onData(text);
  const body = parseJson(text);
  if (!isObject(body)) throw replyError(reply.url, 'sent a reply that is no JSON object');
  if (isFailure(body)) throw reply.failure(body);
  const choices = objectsOf(body.choices).map((choice) => ({ ...choice, delta: choice.message }));
  answers.read({ ...body, choices });
  answers.end();
}

/** Whether a chunk tells an error, in OpenAI's form or in SGLang's. */
function isFailure({ error, object }: LooseObject): boolean {
  return (error !== undefined && error !== null) || object === 'error';
}

/** The answers of one reply. */
class Answers {
  readonly #reply: Reply;
  readonly #sinks: readonly ChatSink[];
  readonly #readers: AnswerReader[];
  readonly #facts: RequestFacts = { usage: null, timings: null, id: null, model: null };
  #chunks = 0;

  constructor(reply: Reply, sinks: readonly ChatSink[]) {
    this.#reply = reply;
    this.#sinks = sinks;
    this.#readers = sinks.map(() => new AnswerReader());
  }

  read(chunk: LooseObject): void {
    this.#chunks++;
    this.#facts.usage = readUsage(chunk.usage) ?? this.#facts.usage;
    this.#facts.timings = readTimings(chunk.timings) ?? this.#facts.timings;
    this.#facts.id ??= textOrNull(chunk.id);
    this.#facts.model ??= textOrNull(chunk.model);
    for (const choice of objectsOf(chunk.choices)) {
      const index = typeof choice.index === 'number' ? choice.index : 0;
      for (const event of this.#readers[index]?.read(objectOf(choice)) ?? []) this.#sinks[index]?.push(event);
    }
  }

  /** Nothing more comes. Throws where nothing came at all; answers that are not whole fail. */
  end(): void {
    const { url, contentType } = this.#reply;
    if (this.#chunks === 0) {
      const kind = contentType === '' ? '' : `, of type ${contentType}`;
      throw replyError(url, `sent a reply without any event${kind}; is the base URL right?`);
    }
    for (const [index, reader] of this.#readers.entries()) {
      if (reader.isFinished) this.#sinks[index]!.finish(reader.result({ ...this.#facts }));
      else this.#sinks[index]!.fail(unfinished(url, index, this.#readers.length));
    }
  }
}

function unfinished(url: URL, index: number, count: number): ClientError {
  const which = count === 1 ? 'the answer' : `answer ${index + 1} of ${count}`;
  return new ClientError(`the stream from ${shownUrl(url)} ended before ${which} had a finish reason`, {
    code: 'cut_off',
  });
}
