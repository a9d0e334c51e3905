import { ApiError } from '../http/api-error.ts';

/**
 * What the fields of a chat request are called in the request that it was made from, so that a refusal by the chat
 * names the field that the client sent.
 */
export class FieldNames {
  readonly #names: [chat: string, own: string][];

  constructor(names: { readonly [chat: string]: string } = {}) {
    this.#names = Object.entries(names);
  }

  /** Says where a field of the chat request, with all that is under it, came from. */
  add(chat: string, own: string): void {
    this.#names.push([chat, own]);
  }

  /** Does something with the chat request; its refusals are thrown in the client's names. */
  async translate<Result>(action: () => Result | Promise<Result>): Promise<Result> {
    try {
      return await action();
    } catch (error) {
      throw this.#inOwnNames(error);
    }
  }

  #inOwnNames(error: unknown): unknown {
    if (!(error instanceof ApiError) || error.param === null) return error;
    const { code, message, param, retryAfter } = error;
    const [best] = this.#names
      .filter(([chat]) => isWithin(param, chat))
      .sort(([one], [other]) => other.length - one.length);
    if (!best) return error;
    const [chat, own] = best;
    return new ApiError(code, renamed(message, chat, own), { param: own + param.slice(chat.length), retryAfter });
  }
}

function isWithin(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}.`) || path.startsWith(`${parent}[`);
}

/** The message with a field's name replaced where it stands by itself. */
function renamed(message: string, chat: string, own: string): string {
  const name = new RegExp(`(?<![\\w.\\]])${RegExp.escape(chat)}(?!\\w)`, 'g');
  return message.replace(name, () => own);
}
