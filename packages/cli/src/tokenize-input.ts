import { LanternError, type Tokenizer } from '@lantern/engine';

/** The JSON array on standard input of `tokenize --stdin-json`. Throws a LanternError for anything else. */
export function parseArray(input: string): unknown[] {
  let data: unknown;
  try {
    data = JSON.parse(input);
  } catch (error) {
    throw new LanternError('bad-input', `standard input is not JSON: ${(error as Error).message.split('\n', 1)[0]}`);
  }
  if (!Array.isArray(data)) throw new LanternError('bad-input', 'standard input must hold a JSON array');
  return data;
}

/** An item of that array as text. */
export function wholeText(item: unknown, index: number): string {
  if (typeof item === 'string') return item;
  throw new LanternError('bad-input', `item ${index} of the array is ${JSON.stringify(item)}; a string is expected`);
}

/** Numbers separated by spaces, commas or brackets, so that JSON lists are taken too. */
export function parseIds(input: string): number[] {
  const words = input.split(/[\s,[\]]+/).filter((word) => word !== '');
  return words.map((word) => {
    if (/^\d+$/.test(word)) return Number(word);
    throw new LanternError('bad-input', `"${word}" is no token id; whole numbers are expected`);
  });
}

/** Data that must be a list of ids of the tokenizer. */
export function tokenIds(data: unknown, { vocabSize }: Tokenizer): number[] {
  const isId = (id: unknown): id is number => Number.isInteger(id) && (id as number) >= 0 && (id as number) < vocabSize;
  if (Array.isArray(data) && data.every(isId)) return data;
  const wrong = Array.isArray(data) ? data.find((id) => !isId(id)) : data;
  throw new LanternError('bad-input', `${JSON.stringify(wrong)} is no token id; 0 to ${vocabSize - 1} are allowed`);
}
