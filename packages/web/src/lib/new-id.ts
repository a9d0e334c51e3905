/** An id that sorts by time. `crypto.randomUUID` is missing where the page comes over plain HTTP from another machine. */
export function newId(): string {
  const random = crypto.getRandomValues(new Uint32Array(2));
  return `${Date.now().toString(36)}-${[...random].map((word) => word.toString(36).padStart(7, '0')).join('')}`;
}
