import type { ChatRequest } from '@lantern/client';
import { makeClient } from '../api/make-client.ts';
import { serverState } from '../api/server-state.ts';
import { dataUrl } from '../lib/data-url.ts';
import { newId } from '../lib/new-id.ts';
import { ConversationStore } from '../store/conversation-store.ts';
import { pathTo } from '../store/message-tree.ts';
import { packExchange } from '../store/pack-exchange.ts';
import {
  type AssistantMessage,
  type ChatSettings,
  type Conversation,
  defaultSettings,
  type Message,
  noFacts,
  type ToolMessage,
  type UserMessage,
} from '../store/records.ts';
import { chatRequest, withPictures } from './chat-request.ts';
import { RunningAnswer } from './running-answer.ts';
import { titleOf } from './title-of.ts';
import { knownResults, MOST_ROUNDS, roundsOfCalls, wholeCalls } from './tool-calls.ts';

const running = new Map<string, RunningAnswer>();

/** The conversations of this browser. */
export const conversations = new ConversationStore((messageId) => running.has(messageId));

/** What a person sends: text and pictures. */
export type Draft = { text: string; files: readonly File[] };

/** Begins a conversation. It exists in the list from its first message on. */
export function newConversation(settings: ChatSettings = defaultSettings): Conversation {
  const now = Date.now();
  return { id: newId(), title: '', isNamed: false, createdAt: now, updatedAt: now, leafId: null, settings };
}

/** Sends a message at the end of the branch that is shown. `conversation` may be new. */
export async function send(conversation: Conversation, draft: Draft): Promise<void> {
  if (!conversations.conversation(conversation.id))
    conversations.putConversation({ ...conversation, title: titleOf(draft.text) });
  const parentId = conversations.conversation(conversation.id)!.leafId;
  await sendAfter(conversation.id, parentId, draft, []);
}

/** Sends another version of a message; the earlier one stays beside it. */
export function resend({ conversationId, parentId, fileIds }: UserMessage, text: string): Promise<void> {
  return sendAfter(conversationId, parentId, { text, files: [] }, fileIds);
}

async function sendAfter(
  conversationId: string,
  parentId: string | null,
  { text, files }: Draft,
  keptFiles: readonly string[],
): Promise<void> {
  const ids = await Promise.all(
    files.map(async (file) => {
      const id = newId();
      await conversations.putFile({ id, conversationId, name: file.name, type: file.type, data: file });
      return id;
    }),
  );
  const message: UserMessage = {
    id: newId(),
    conversationId,
    parentId,
    createdAt: Date.now(),
    role: 'user',
    text,
    fileIds: [...keptFiles, ...ids],
  };
  conversations.putMessage(message);
  await answerTo(message);
}

/** Asks for another answer in the place of this one, which stays as a version; one that said nothing goes. */
export async function regenerate(answer: AssistantMessage): Promise<void> {
  const { conversationId, parentId } = answer;
  const parent = parentId === null ? null : conversations.message(conversationId, parentId);
  if (!parent) return;
  const answering = answerTo(parent);
  if (answer.content === '' && answer.reasoning === '' && answer.toolCalls.length === 0)
    conversations.deleteMessage(conversationId, answer.id);
  await answering;
}

/** Asks for the answer that follows a message, and shows it as it comes. Resolves when it has ended, however it did. */
export async function answerTo(parent: Message): Promise<void> {
  const { conversationId } = parent;
  const conversation = conversations.conversation(conversationId);
  const messages = conversations.messages(conversationId);
  if (!conversation || !messages) return;
  const { settings } = conversation;
  const model = settings.model ?? serverState.snapshot.models[0]?.id ?? null;
  const request = chatRequest(pathTo(messages, parent.id), settings, model ?? 'qwen3.5-plus');
  const message: AssistantMessage = {
    id: newId(),
    conversationId,
    parentId: parent.id,
    createdAt: Date.now(),
    role: 'assistant',
    content: '',
    reasoning: '',
    toolCalls: [],
    state: 'streaming',
    finishReason: null,
    failure: null,
    model,
    facts: noFacts,
  };
  await stream(message, request);
  const answer = conversations.message(conversationId, message.id);
  if (answer?.role === 'assistant') await giveOwnResults(answer);
}

/** Gives the results of an answer's calls, one for each and in their order, and asks for what follows. */
export async function giveResults(answer: AssistantMessage, results: readonly string[]): Promise<void> {
  let last: Message = answer;
  for (const [index, { id, name }] of wholeCalls(answer).entries()) last = putResult(last, id, name, results[index]!);
  await answerTo(last);
}

/** Gives another result of a call, and the same ones as before of those after it; what was there stays as a version. */
export async function giveOtherResult(result: ToolMessage, content: string): Promise<void> {
  const { conversationId, callId, name } = result;
  const path = conversations.path(conversationId);
  const place = path.findIndex(({ id }) => id === result.id);
  const parent = path[place - 1];
  if (!parent) return;
  let last: Message = putResult(parent, callId, name, content);
  for (const next of path.slice(place + 1)) {
    if (next.role !== 'tool') break;
    last = putResult(last, next.callId, next.name, next.content);
  }
  await answerTo(last);
}

function putResult({ id: parentId, conversationId }: Message, callId: string, name: string, content: string) {
  const createdAt = Date.now();
  const result: ToolMessage = { id: newId(), conversationId, parentId, createdAt, role: 'tool', callId, name, content };
  conversations.putMessage(result);
  return result;
}

/** Goes on by itself where all results are known beforehand, as long as the person looks at that branch. */
async function giveOwnResults(answer: AssistantMessage): Promise<void> {
  const conversation = conversations.conversation(answer.conversationId);
  if (answer.state !== 'done' || conversation?.leafId !== answer.id) return;
  const results = knownResults(answer, conversation.settings);
  if (results.length === 0 || results.includes(null)) return;
  if (roundsOfCalls(conversations.path(answer.conversationId)) > MOST_ROUNDS) return;
  await giveResults(answer, results as string[]);
}

/** Stops an answer that streams in this tab. */
export function stop(messageId: string): void {
  running.get(messageId)?.stop();
}

export function isRunningHere(messageId: string): boolean {
  return running.has(messageId);
}

async function stream(message: AssistantMessage, request: ChatRequest): Promise<void> {
  const { id, conversationId } = message;
  const answer = new RunningAnswer(message, {
    show: (state) => conversations.showMessage(state),
    save: (state) => conversations.putMessage(state),
    end: (state, exchange) => {
      running.delete(id);
      // Whoever deleted the conversation meanwhile does not want it back.
      if (!conversations.message(conversationId, id)) return;
      conversations.putMessage(state);
      if (exchange) conversations.putExchange(packExchange(id, conversationId, exchange, request));
      if (state.failure?.status === 401) serverState.lock();
      if (state.failure) void serverState.refresh();
    },
  });
  running.set(id, answer);
  conversations.putMessage(message);
  conversations.updateConversation(conversationId, { leafId: id, updatedAt: Date.now() });
  await answer.run(makeClient(), () => withPictures(request, pictureData));
}

/** The data of a picture that was sent, as a `data:` address. Rejects where it is gone. */
export async function pictureData(fileId: string): Promise<string> {
  const file = await conversations.file(fileId);
  if (!file) throw new Error('a picture of this conversation is no longer there; delete the message and send it again');
  return dataUrl(file.data);
}
