/** What came of one request. */
export type Outcome = { tokens: number; aborted: boolean };

/** A request of the mix. Throws where the answer is not what was asked for. */
export type Traffic = (url: string, seed: number) => Promise<Outcome>;

const WORDS = 'the fox sat by a lighthouse and told stories of ships that came home late in winter'.split(' ');
const LONG_WORDS = 500;

const person = {
  type: 'object',
  properties: { name: { enum: ['Ada', 'Bo', 'Cy'] }, old: { type: 'boolean' } },
  required: ['name', 'old'],
  additionalProperties: false,
};

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Look up the weather of a place',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

/** Short and long prompts, streams, tools, schemas, several answers, conversations, and clients that go away. */
export const TRAFFIC: Readonly<Record<string, Traffic>> = {
  short: (url, seed) => whole(url, { messages: ask(`What is ${seed % 90} + ${seed % 7}?`), seed }),

  stream: (url, seed) => streamed(url, { messages: ask(`Tell me a story about ${wordOf(seed)}.`), seed }),

  async long(url, seed) {
    const text = Array.from({ length: LONG_WORDS }, (_, i) => wordOf(seed + i * (1 + (seed % 5)))).join(' ');
    return streamed(url, { messages: ask(`${text}\nWhat was that about?`), seed });
  },

  async conversation(url, seed) {
    const first = await ended(url, { messages: ask('Hello'), seed });
    const said = first.choices[0]!.message.content ?? '';
    const messages = [...ask('Hello'), { role: 'assistant', content: said }, ...ask(`Count to ${2 + (seed % 5)}.`)];
    const second = await whole(url, { messages, seed });
    return { tokens: first.usage.completion_tokens + second.tokens, aborted: false };
  },

  tools: (url, seed) => whole(url, { messages: ask('Tell me the weather in Kyiv.'), tools: [weather], seed }),

  async schema(url, seed) {
    const response_format = { type: 'json_schema', json_schema: { name: 'person', strict: true, schema: person } };
    const reply = await ended(url, { messages: ask('Make up a person.'), response_format, seed });
    const { name, old } = JSON.parse(reply.choices[0]!.message.content ?? '') as { name: unknown; old: unknown };
    if (typeof name !== 'string' || typeof old !== 'boolean') throw new Error('an answer beside its schema');
    return { tokens: reply.usage.completion_tokens, aborted: false };
  },

  async several(url, seed) {
    const reply = await ended(url, { messages: ask('Write a story about a fox.'), n: 3, seed });
    if (reply.choices.length !== 3) throw new Error(`${reply.choices.length} answers, not 3`);
    return { tokens: reply.usage.completion_tokens, aborted: false };
  },

  async aborted(url, seed) {
    const leave = new AbortController();
    const response = await post(url, { messages: ask('Write a long story.'), stream: true, seed }, leave.signal);
    const reader = response.body!.getReader();
    for (let read = 0; read <= seed % 5; read++) await reader.read();
    leave.abort();
    return { tokens: 0, aborted: true };
  },
};

type Reply = { choices: { message: { content: string | null } }[]; usage: { completion_tokens: number } };

function ask(content: string): { role: string; content: string }[] {
  return [{ role: 'user', content }];
}

function wordOf(seed: number): string {
  return WORDS[seed % WORDS.length]!;
}

async function post(url: string, fields: object, signal: AbortSignal | null = null): Promise<Response> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'lantern-tiny', max_tokens: 64, enable_thinking: false, ...fields }),
    signal,
  });
  if (!response.ok) throw new Error(`status ${response.status}: ${await response.text()}`);
  return response;
}

async function ended(url: string, fields: object): Promise<Reply> {
  return (await (await post(url, fields)).json()) as Reply;
}

async function whole(url: string, fields: object): Promise<Outcome> {
  return { tokens: (await ended(url, fields)).usage.completion_tokens, aborted: false };
}

async function streamed(url: string, fields: object): Promise<Outcome> {
  const text = await (await post(url, { ...fields, stream: true, stream_options: { include_usage: true } })).text();
  if (!text.endsWith('data: [DONE]\n\n')) throw new Error(`a stream without its end: ${text.slice(-200)}`);
  const usage = /"completion_tokens":(\d+)/.exec(text.slice(text.lastIndexOf('"usage":{')));
  if (!usage) throw new Error(`a stream without usage: ${text.slice(-400)}`);
  return { tokens: Number(usage[1]), aborted: false };
}
