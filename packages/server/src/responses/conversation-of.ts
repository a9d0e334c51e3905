import type { InputItem, ResponseRequest } from '@lantern/api';
import { ApiError } from '../http/api-error.ts';
import type { ResponseStore, StoredResponse } from './response-store.ts';

/** What a response is a response to. */
export type ResponseConversation = {
  /** Everything before the request: the stored responses that it follows on, oldest first. */
  history: InputItem[];
  /** Items of the request itself, each with an id. */
  input: InputItem[];
};

/** Where ids of items come from: `key` is that of their response. */
export const itemId = (kind: string, key: string, place: string | number): string => `${kind}_${key}_${place}`;

const RESPONSE_OF_ITEM = /^[a-z]+_([0-9a-f]+)_(?:in)?\d+$/;
const kinds: { readonly [type: string]: string } = {
  function_call: 'fc',
  function_call_output: 'fco',
  reasoning: 'rs',
};

/**
 * The conversation that a request goes on with. `key` makes the ids of its items. Throws a 404 for a response or an item
 * that is not kept.
 */
export function conversationOf(
  { input, previous_response_id: previousId }: ResponseRequest,
  key: string,
  store: ResponseStore,
): ResponseConversation {
  const previous = previousId ? storedResponse(store, previousId, 'previous_response_id') : null;
  const history: InputItem[] = previous ? [...previous.history, ...previous.input, ...previous.response.output] : [];
  const items: readonly InputItem[] = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  const known = new KnownItems(store, history);
  return {
    history,
    input: items.map((item, index) =>
      item.type === 'item_reference'
        ? known.item(item.id, `input[${index}].id`)
        : withId(item, itemId(kinds[item.type ?? ''] ?? 'msg', key, `in${index}`)),
    ),
  };
}

/** A response that is kept. Throws a 404 for another; `param` is the field that names it. */
export function storedResponse(store: ResponseStore, id: string, param: string | null): StoredResponse {
  const stored = store.find(id);
  if (stored) return stored;
  throw new ApiError(
    'response_not_found',
    `there is no response ${JSON.stringify(id)}; responses are kept for 7 days, unless store is false or there are too many`,
    { param },
  );
}

/** Items that a request may name instead of sending them. */
class KnownItems {
  readonly #store: ResponseStore;
  readonly #items: Map<string, InputItem>;
  readonly #loaded = new Set<string>();

  constructor(store: ResponseStore, history: readonly InputItem[]) {
    this.#store = store;
    this.#items = new Map();
    this.#add(history);
  }

  item(id: string, where: string): InputItem {
    const key = RESPONSE_OF_ITEM.exec(id)?.[1];
    if (!this.#items.has(id) && key !== undefined && !this.#loaded.has(key)) {
      this.#loaded.add(key);
      const stored = this.#store.find(`resp_${key}`);
      if (stored) this.#add([...stored.input, ...stored.response.output]);
    }
    const found = this.#items.get(id);
    if (found) return found;
    throw new ApiError(
      'response_not_found',
      `${where} is ${JSON.stringify(id)}; no item of this id is kept, send the item itself`,
      { param: where },
    );
  }

  #add(items: readonly InputItem[]): void {
    for (const item of items) if (item.id) this.#items.set(item.id, item);
  }
}

/** The item as it is listed later: with an id, and a message with its pieces. */
function withId(item: InputItem, id: string): InputItem {
  const own = item.id ?? id;
  if ('type' in item && item.type && item.type !== 'message') return { ...item, id: own } as InputItem;
  const message = item as Extract<InputItem, { role: string }>;
  const { role, content } = message;
  const type = role === 'assistant' ? 'output_text' : 'input_text';
  const pieces = typeof content === 'string' ? [{ type, text: content } as const] : content;
  return { ...message, type: 'message', id: own, status: message.status ?? 'completed', content: pieces };
}
