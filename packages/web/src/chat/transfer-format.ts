import { dataUrl } from '../lib/data-url.ts';
import { packEvents, unpackEvents } from '../store/pack-exchange.ts';
import {
  type AssistantMessage,
  type Conversation,
  defaultSettings,
  type Message,
  noFacts,
  type StoredExchange,
  type StoredFile,
} from '../store/records.ts';
import { FILE_SCHEME } from './chat-request.ts';

const FORMAT = 'lantern-conversations';
const VERSION = 1;

/** A conversation with everything that belongs to it. */
export type WholeConversation = {
  conversation: Conversation;
  messages: Message[];
  exchanges: StoredExchange[];
  files: StoredFile[];
};

/** The text of a file with conversations: JSON that other programs can read, too. */
export async function packConversations(list: readonly WholeConversation[]): Promise<string> {
  const conversations = await Promise.all(
    list.map(async ({ conversation, messages, exchanges, files }) => ({
      conversation,
      messages,
      exchanges: exchanges.map((exchange) => {
        const { data: _, atMs: __, ...rest } = exchange;
        return { ...rest, events: unpackEvents(exchange) };
      }),
      files: await Promise.all(files.map(async (file) => ({ ...file, data: await dataUrl(file.data) }))),
    })),
  );
  return `${JSON.stringify({ format: FORMAT, version: VERSION, conversations }, null, 1)}\n`;
}

/** Reads such a text. Everything gets a new id, so that nothing that is there is written over. Throws what is wrong. */
export function unpackConversations(text: string, newId: () => string): WholeConversation[] {
  const file = record(parse(text), 'the file');
  if (file.format !== FORMAT) throw new Error('it holds no conversations of Lantern');
  if (file.version !== VERSION)
    throw new Error(`it has version ${JSON.stringify(file.version)}; this page reads ${VERSION}`);
  return array(file.conversations, 'conversations').map((each, index) =>
    readConversation(record(each, `conversations[${index}]`), `conversations[${index}]`, newId),
  );
}

function readConversation(value: Loose, path: string, newId: () => string): WholeConversation {
  const conversation = record(value.conversation, `${path}.conversation`);
  const id = newId();
  const ids = new Map<string, string>();
  const renamed = (old: string) => ids.get(old) ?? ids.set(old, newId()).get(old)!;
  const known = (old: unknown) => (typeof old === 'string' && ids.has(old) ? ids.get(old)! : null);

  const files = array(value.files ?? [], `${path}.files`).map((each, index): StoredFile => {
    const file = record(each, `${path}.files[${index}]`);
    return {
      id: renamed(string(file.id, `${path}.files[${index}].id`)),
      conversationId: id,
      name: string(file.name, `${path}.files[${index}].name`),
      type: string(file.type, `${path}.files[${index}].type`),
      data: blobOf(string(file.data, `${path}.files[${index}].data`), `${path}.files[${index}].data`),
    };
  });
  const loose = array(value.messages, `${path}.messages`).map((each, index) =>
    record(each, `${path}.messages[${index}]`),
  );
  for (const [index, { id: old }] of loose.entries()) renamed(string(old, `${path}.messages[${index}].id`));
  const messages = loose.map((message, index): Message => {
    const base = {
      id: renamed(message.id as string),
      conversationId: id,
      parentId: known(message.parentId),
      createdAt: number(message.createdAt, `${path}.messages[${index}].createdAt`),
    };
    return readMessage(message, base, `${path}.messages[${index}]`, known);
  });
  const exchanges = array(value.exchanges ?? [], `${path}.exchanges`).flatMap((each, index) => {
    const exchange = record(each, `${path}.exchanges[${index}]`);
    const messageId = known(exchange.id);
    return messageId === null ? [] : [readExchange(exchange, messageId, id, `${path}.exchanges[${index}]`, ids)];
  });
  return {
    conversation: {
      id,
      title: string(conversation.title, `${path}.conversation.title`),
      isNamed: conversation.isNamed === true,
      createdAt: number(conversation.createdAt, `${path}.conversation.createdAt`),
      updatedAt: number(conversation.updatedAt, `${path}.conversation.updatedAt`),
      leafId: known(conversation.leafId) ?? messages.at(-1)?.id ?? null,
      settings: { ...defaultSettings, ...record(conversation.settings ?? {}, `${path}.conversation.settings`) },
    },
    messages,
    exchanges,
    files,
  };
}

type Base = Pick<Message, 'id' | 'conversationId' | 'parentId' | 'createdAt'>;

function readMessage(message: Loose, base: Base, path: string, known: (old: unknown) => string | null): Message {
  switch (message.role) {
    case 'user':
      return {
        ...base,
        role: 'user',
        text: string(message.text, `${path}.text`),
        fileIds: array(message.fileIds ?? [], `${path}.fileIds`).flatMap((file) => known(file) ?? []),
      };
    case 'tool':
      return {
        ...base,
        role: 'tool',
        callId: string(message.callId, `${path}.callId`),
        name: string(message.name, `${path}.name`),
        content: string(message.content, `${path}.content`),
      };
    case 'assistant':
      return {
        ...base,
        role: 'assistant',
        content: string(message.content, `${path}.content`),
        reasoning: string(message.reasoning ?? '', `${path}.reasoning`),
        toolCalls: array(message.toolCalls ?? [], `${path}.toolCalls`).map((each, index) => {
          const call = record(each, `${path}.toolCalls[${index}]`);
          return {
            id: string(call.id, `${path}.toolCalls[${index}].id`),
            name: string(call.name, `${path}.toolCalls[${index}].name`),
            arguments: string(call.arguments, `${path}.toolCalls[${index}].arguments`),
          };
        }),
        state: stateOf(message.state),
        finishReason: typeof message.finishReason === 'string' ? message.finishReason : null,
        failure: (message.failure ?? null) as AssistantMessage['failure'],
        model: typeof message.model === 'string' ? message.model : null,
        facts: { ...noFacts, ...record(message.facts ?? {}, `${path}.facts`) },
      };
    default:
      throw new Error(`${path}.role is ${JSON.stringify(message.role)}; it must be user, assistant or tool`);
  }
}

/** Nobody streams what is imported. */
function stateOf(state: unknown): AssistantMessage['state'] {
  return state === 'stopped' || state === 'failed' || state === 'done' ? state : 'cut';
}

function readExchange(
  exchange: Loose,
  id: string,
  conversationId: string,
  path: string,
  ids: ReadonlyMap<string, string>,
): StoredExchange {
  const events = array(exchange.events, `${path}.events`).map((each, index) => {
    const event = record(each, `${path}.events[${index}]`);
    return {
      atMs: number(event.atMs, `${path}.events[${index}].atMs`),
      data: string(event.data, `${path}.events[${index}].data`),
    };
  });
  let body = JSON.stringify(record(exchange.body, `${path}.body`));
  for (const [old, fresh] of ids) body = body.replaceAll(FILE_SCHEME + old, FILE_SCHEME + fresh);
  return {
    id,
    conversationId,
    url: string(exchange.url, `${path}.url`),
    body: JSON.parse(body) as StoredExchange['body'],
    startedAt: number(exchange.startedAt, `${path}.startedAt`),
    replyMs: numberOrNull(exchange.replyMs),
    status: numberOrNull(exchange.status),
    requestId: typeof exchange.requestId === 'string' ? exchange.requestId : null,
    ...packEvents(events),
    endedMs: numberOrNull(exchange.endedMs),
  };
}

type Loose = { readonly [name: string]: unknown };

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is no JSON');
  }
}

function record(value: unknown, path: string): Loose {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Loose;
  throw wrong(value, path, 'an object');
}

function array(value: unknown, path: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong(value, path, 'a list');
}

function string(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw wrong(value, path, 'a text');
}

function number(value: unknown, path: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw wrong(value, path, 'a number');
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function wrong(value: unknown, path: string, allowed: string): Error {
  const shown = value === undefined ? 'missing' : (JSON.stringify(value) ?? '').slice(0, 60);
  return new Error(`${path} is ${shown}; it must be ${allowed}`);
}

function blobOf(url: string, path: string): Blob {
  const match = /^data:([^;,]*);base64,([A-Za-z0-9+/=]*)$/.exec(url);
  if (!match) throw new Error(`${path} is no data: address with base64`);
  return new Blob([Uint8Array.fromBase64(match[2]!)], { type: match[1]! });
}
