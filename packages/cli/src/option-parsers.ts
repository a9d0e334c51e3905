import { InvalidArgumentError } from 'commander';

/** Parses an option's value that must be a whole number of at least `least`, and at most `most`. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
    if (most < Number.MAX_SAFE_INTEGER)
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    throw new InvalidArgumentError(
      least === Number.MIN_SAFE_INTEGER ? 'It must be a whole number.' : `It must be a whole number from ${least} up.`,
    );
  };
}

/** Parses an option's value that must be a number. Its range is the engine's affair. */
export function anyNumber(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

/** Collects the values of an option that may be given several times; none may be empty. */
export function textList(text: string, before: string[] = []): string[] {
  if (text === '') throw new InvalidArgumentError('It must not be empty.');
  return [...before, text];
}

/** Collects the values, separated by commas, of an option that may be given several times. */
export function commaList(text: string, before: string[] = []): string[] {
  const values = text.split(',').map((value) => value.trim());
  if (values.includes('')) throw new InvalidArgumentError('It must be a list separated by commas, with nothing empty.');
  return [...before, ...values];
}
