import { InvalidArgumentError } from 'commander';

/** Parses an option's value that must be a whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(
        least === Number.MIN_SAFE_INTEGER
          ? 'It must be a whole number.'
          : `It must be a whole number from ${least} up.`,
      );
    return value;
  };
}

/** Parses an option's value that must be a number. Its range is the engine's affair. */
export function anyNumber(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}
