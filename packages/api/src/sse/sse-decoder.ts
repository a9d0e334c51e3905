/** An event of a stream. `event` and `id` are there where the stream gave them. */
export type SseEvent = { data: string; event?: string; id?: string };

/**
 * Reads server-sent events by the rules of the HTML standard, from text cut anywhere. An event counts once its blank
 * line has come, so a stream that breaks off loses its unfinished one. What `[DONE]` means is the caller's to say.
 */
export class SseDecoder {
  /** Beginnings of the line that has not ended; kept apart so that a long line is searched only once. */
  #line: string[] = [];
  #data: string[] = [];
  #event: string | undefined;
  #id: string | undefined;
  #atStart = true;
  #afterReturn = false;

  /** The events that this text completes. */
  push(text: string): SseEvent[] {
    if (text === '') return [];
    const events: SseEvent[] = [];
    let from = 0;
    if (this.#atStart) {
      this.#atStart = false;
      if (text.startsWith('\uFEFF')) from = 1;
    }
    // A line that ended with the \r of the text before may have its \n here.
    if (this.#afterReturn && text[from] === '\n') from++;
    this.#afterReturn = false;

    let carriage = text.indexOf('\r', from);
    let newline = text.indexOf('\n', from);
    while (carriage >= 0 || newline >= 0) {
      const byReturn = carriage >= 0 && (newline < 0 || carriage < newline);
      const end = byReturn ? carriage : newline;
      this.#take(this.#joined(text.slice(from, end)), events);
      from = end + 1;
      if (byReturn && from === text.length) this.#afterReturn = true;
      if (byReturn && newline === from) from++;
      if (carriage >= 0 && carriage < from) carriage = text.indexOf('\r', from);
      if (newline >= 0 && newline < from) newline = text.indexOf('\n', from);
    }
    if (from < text.length) this.#line.push(text.slice(from));
    return events;
  }

  #joined(end: string): string {
    if (this.#line.length === 0) return end;
    const line = this.#line.join('') + end;
    this.#line = [];
    return line;
  }

  #take(line: string, events: SseEvent[]): void {
    if (line === '') {
      this.#dispatch(events);
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#event = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
  }

  #dispatch(events: SseEvent[]): void {
    if (this.#data.length > 0) {
      const event: SseEvent = { data: this.#data.join('\n') };
      if (this.#event) event.event = this.#event;
      if (this.#id !== undefined) event.id = this.#id;
      events.push(event);
    }
    this.#data = [];
    this.#event = undefined;
    this.#id = undefined;
  }
}
