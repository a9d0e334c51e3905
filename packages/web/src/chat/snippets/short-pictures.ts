/** Characters of a picture's data that are shown; they tell its type and that it is one. */
const SHOWN = 40;

/** The same JSON value with the data of pictures cut short. It is for reading, not for sending. */
export function withShortPictures<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, each: unknown) =>
    typeof each === 'string' && each.startsWith('data:') && each.length > 2 * SHOWN
      ? `${each.slice(0, SHOWN)}… (${each.length.toLocaleString('en')} characters)`
      : each,
  ) as T;
}
