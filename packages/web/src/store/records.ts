import type { CalledTool, ChatRequest, Timings, Usage } from '@lantern/client';

/** How a request is made from a conversation. What is left out, the server decides. */
export type ChatSettings = {
  /** Null: the first model that the server lists. */
  model: string | null;
  thinking: ThinkingChoice;
  system: string;
  sampling: Sampling;
  /** Ask for the log-probability of every token and of the likeliest others. Costs time and space. */
  logprobs: boolean;
  /** Functions that the model may call. */
  tools: Tools;
  /** Their definitions as the person wrote them, which may be unfinished; `tools` are the last ones without a fault. */
  toolsText: string;
  toolChoice: ToolChoice;
  /** Whether one answer may call several functions. */
  parallelTools: boolean;
  /** Results that are sent by themselves, by the name of the function. */
  toolResults: Readonly<Record<string, string>>;
};

export type Tools = NonNullable<ChatRequest['tools']>;

/** auto: the model decides; none: it sees no function; required: it calls one. Or the function that it calls. */
export type ToolChoice = 'auto' | 'none' | 'required' | { name: string };

/** auto: the server decides by the prompt; fast: never; thinking: always. */
export type ThinkingChoice = 'auto' | 'fast' | 'thinking';

export type Sampling = Partial<
  Record<
    'temperature' | 'top_p' | 'top_k' | 'min_p' | 'presence_penalty' | 'repetition_penalty' | 'seed' | 'max_tokens',
    number
  >
>;

export type Conversation = {
  id: string;
  title: string;
  /** Whether the person named it; then it keeps its name. */
  isNamed: boolean;
  createdAt: number;
  updatedAt: number;
  /** The last message of the branch that is shown. */
  leafId: string | null;
  settings: ChatSettings;
  /** Where it is one of the columns of a comparison. */
  comparison?: { id: string; column: number };
};

/** Conversations that are asked the same, side by side. They stand in no list of chats. */
export type Comparison = { id: string; updatedAt: number; columns: readonly Conversation[] };

type Base = {
  id: string;
  conversationId: string;
  /** The message before it; messages with the same one are versions of each other. */
  parentId: string | null;
  createdAt: number;
};

export type UserMessage = Base & { role: 'user'; text: string; fileIds: string[] };

export type AssistantMessage = Base & {
  role: 'assistant';
  content: string;
  reasoning: string;
  toolCalls: CalledTool[];
  state: AnswerState;
  /** Why the answer ended, in the server's words; null where it did not end by itself. */
  finishReason: string | null;
  failure: AnswerFailure | null;
  /** The name it was asked by. */
  model: string | null;
  facts: AnswerFacts;
};

/** The result of a call. */
export type ToolMessage = Base & { role: 'tool'; callId: string; name: string; content: string };

export type Message = UserMessage | AssistantMessage | ToolMessage;

/** cut: whoever streamed it went away, such as a page that was closed. */
export type AnswerState = 'streaming' | 'done' | 'stopped' | 'failed' | 'cut';

export type AnswerFailure = { message: string; status: number | null; code: string | null; retryAfter: number | null };

/** What is shown beneath an answer. Milliseconds count from the sending. */
export type AnswerFacts = {
  /** The first text of any kind; null before it. */
  firstMs: number | null;
  /** The first text that is not thinking, or the end; null where there was no thinking, or as long as it lasts. */
  thoughtMs: number | null;
  endMs: number | null;
  /** Pieces of text so far; close to the tokens as long as the server has not told them. */
  pieces: number;
  usage: Usage | null;
  timings: Timings | null;
};

/** A picture that was sent. Requests are stored with `lantern-file:ID` where its data belongs. */
export type StoredFile = { id: string; conversationId: string; name: string; type: string; data: Blob };

/**
 * The record of an answer, by the id of its message: an `Exchange` of @lantern/client made small. `data` are the event
 * texts joined by the record separator, which JSON never holds; `atMs` are their times.
 */
export type StoredExchange = {
  id: string;
  conversationId: string;
  url: string;
  /** As sent, pictures left out. */
  body: ChatRequest & { stream: true };
  startedAt: number;
  replyMs: number | null;
  status: number | null;
  /** The server's name for the request, where it told one. */
  requestId: string | null;
  data: string;
  atMs: Float64Array<ArrayBuffer>;
  endedMs: number | null;
};

export const defaultSettings: ChatSettings = {
  model: null,
  thinking: 'auto',
  system: '',
  sampling: {},
  logprobs: false,
  tools: [],
  toolsText: '',
  toolChoice: 'auto',
  parallelTools: true,
  toolResults: {},
};

export const noFacts: AnswerFacts = {
  firstMs: null,
  thoughtMs: null,
  endMs: null,
  pieces: 0,
  usage: null,
  timings: null,
};
