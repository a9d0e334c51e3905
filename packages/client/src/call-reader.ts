import type { AnswerEvent, CalledTool } from './chat-types.ts';
import { type LooseObject, numberOrNull, objectOf, textOf } from './loose-json.ts';

/** A call whose pieces are coming. Its start is told once its name is known. */
type OpenCall = CalledTool & { place: number; isTold: boolean };

/** Puts the calls of one answer together from their pieces. */
export class CallReader {
  readonly #calls: OpenCall[] = [];

  get calls(): CalledTool[] {
    return this.#calls.map(({ id, name, arguments: text }) => ({ id, name, arguments: text }));
  }

  /** What a piece says; `order` is its place in its list, for servers that leave the index out. */
  *read(piece: LooseObject, order: number): Generator<AnswerEvent> {
    const { name, arguments: given } = objectOf(piece.function);
    const call = this.#callOf(numberOrNull(piece.index) ?? order, textOf(piece.id), textOf(name));
    // Model Studio repeats ids as empty texts; others repeat names. The first ones count.
    call.id ||= textOf(piece.id);
    call.name ||= textOf(name);
    const text = typeof given === 'object' && given !== null ? JSON.stringify(given) : textOf(given);
    call.arguments += text;
    const index = this.#calls.indexOf(call);
    if (call.isTold && text !== '') yield { type: 'tool-call-arguments', index, text };
    if (call.isTold || call.name === '') return;
    call.isTold = true;
    call.id ||= `call_${index}`;
    yield { type: 'tool-call-start', index, id: call.id, name: call.name };
    if (call.arguments !== '') yield { type: 'tool-call-arguments', index, text: call.arguments };
  }

  /** The calls as they are when the answer has ended. */
  *end(): Generator<AnswerEvent> {
    for (const [index, call] of this.calls.entries()) yield { type: 'tool-call-end', index, call };
  }

  /** The latest call at a place. One with a new id and a name is another call, though some servers give all index 0. */
  #callOf(place: number, id: string, name: string): OpenCall {
    const known = this.#calls.findLast((call) => call.place === place);
    const isOther = known && id !== '' && name !== '' && known.isTold && known.id !== id;
    if (known && !isOther) return known;
    const call: OpenCall = { id: '', name: '', arguments: '', place, isTold: false };
    this.#calls.push(call);
    return call;
  }
}
