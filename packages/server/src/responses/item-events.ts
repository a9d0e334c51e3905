import type { OutputItem, ResponseEvent, ResponseLogprob } from '@lantern/api';
import { emptyItem, type OpenItem, textPart, thoughtPart } from './open-item.ts';

/** An event before it has its place in the stream. */
export type NewEvent = WithoutNumber<ResponseEvent>;

type WithoutNumber<Event> = Event extends ResponseEvent ? Omit<Event, 'sequence_number'> : never;

/** An item begins. */
export function beginEvents(item: OpenItem): NewEvent[] {
  const { id, index } = item;
  const added: NewEvent = { type: 'response.output_item.added', output_index: index, item: emptyItem(item) };
  if (item.kind === 'call') return [added];
  const part = item.kind === 'message' ? textPart({ text: '', annotations: [], logprobs: [] }) : thoughtPart('');
  return [added, { type: 'response.content_part.added', item_id: id, output_index: index, content_index: 0, part }];
}

/** An item grows; `logprobs` are those of the tokens that made the new text. */
export function deltaEvent({ kind, id, index }: OpenItem, delta: string, logprobs: ResponseLogprob[]): NewEvent {
  const where = { item_id: id, output_index: index };
  if (kind === 'call') return { type: 'response.function_call_arguments.delta', ...where, delta };
  if (kind === 'message') return { type: 'response.output_text.delta', ...where, content_index: 0, delta, logprobs };
  return { type: 'response.reasoning_text.delta', ...where, content_index: 0, delta };
}

/** An item ends; `whole` is what became of it. */
export function endEvents(item: OpenItem, whole: OutputItem): NewEvent[] {
  const { id, index, text } = item;
  const where = { item_id: id, output_index: index };
  const done: NewEvent = { type: 'response.output_item.done', output_index: index, item: whole };
  if (item.kind === 'call')
    return [{ type: 'response.function_call_arguments.done', ...where, name: item.name, arguments: text }, done];
  const inPart = { ...where, content_index: 0 };
  if (item.kind === 'message')
    return [
      ...item.annotations.map(
        (annotation, annotation_index): NewEvent => ({
          type: 'response.output_text.annotation.added',
          ...inPart,
          annotation_index,
          annotation,
        }),
      ),
      { type: 'response.output_text.done', ...inPart, text, logprobs: [...item.logprobs] },
      { type: 'response.content_part.done', ...inPart, part: textPart(item) },
      done,
    ];
  return [
    { type: 'response.reasoning_text.done', ...inPart, text },
    { type: 'response.content_part.done', ...inPart, part: thoughtPart(text) },
    done,
  ];
}
