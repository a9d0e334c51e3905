/** What goes over the line: an event with data, a comment, or both. */
export type OutgoingEvent = {
  /** Name of the event. Left out: `message`, which clients take unless told otherwise. */
  event?: string;
  data?: string;
  id?: string;
  /** For whoever watches the line; clients skip it. A comment alone keeps proxies from closing a quiet stream. */
  comment?: string;
};

/** The text of a server-sent event, its blank line at the end included. A name or id of more than one line throws. */
export function encodeEvent({ event, data, id, comment }: OutgoingEvent): string {
  let text = '';
  if (comment !== undefined) text += lines(comment, ':');
  if (event !== undefined) text += `event: ${oneLine(event, 'event')}\n`;
  if (id !== undefined) text += `id: ${oneLine(id, 'id')}\n`;
  if (data !== undefined) text += lines(data, 'data:');
  return `${text}\n`;
}

function lines(text: string, start: string): string {
  if (!/[\r\n]/.test(text)) return `${start} ${text}\n`;
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => `${start} ${line}\n`)
    .join('');
}

function oneLine(text: string, what: string): string {
  if (/[\r\n\0]/.test(text)) throw new TypeError(`${what} is ${JSON.stringify(text)}; it must be one line without NUL`);
  return text;
}
