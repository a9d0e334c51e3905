import type { AnswerEvent } from '@lantern/engine';

/** Leaves the calls of one tool out of the events of an answer, and counts the others as if there were none. */
export class CallFilter {
  readonly #hidden: string;
  readonly #places = new Map<number, number | null>();

  constructor(hidden: string) {
    this.#hidden = hidden;
  }

  /** The event as it is told, or null. */
  told<Event extends { type: string }>(event: Event | AnswerEvent): Event | AnswerEvent | null {
    if (!isCallEvent(event)) return event;
    if (event.type === 'tool-call-start') {
      const others = [...this.#places.values()].filter((place) => place !== null).length;
      this.#places.set(event.index, event.name === this.#hidden ? null : others);
    }
    const index = this.#places.get(event.index) ?? null;
    return index === null ? null : { ...event, index };
  }
}

type CallEvent = Extract<AnswerEvent, { index: number }>;

function isCallEvent(event: { type: string }): event is CallEvent {
  return event.type.startsWith('tool-call-');
}
