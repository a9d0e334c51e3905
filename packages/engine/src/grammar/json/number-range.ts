import type { Budget } from '../budget.ts';
import { type CharDfa, type CharEdge, tidy } from '../regex/char-dfa.ts';
import { intersect } from '../regex/combine-dfas.ts';
import { compileRegex } from '../regex/compile-regex.ts';
import { parseRegex } from '../regex/parse-regex.ts';
import { INTEGER_PATTERN } from './number-rules.ts';

/** An end of a range of numbers. */
export type Bound = { readonly value: number; readonly isExclusive: boolean };

const MOST_DIGITS = 21;
const MOST_DECIMALS = 24;
/** Decimal numbers of so many digits are all different as doubles. */
const EXACT_DIGITS = 15;
const FRACTION = `(?:\\.\\d{1,${MOST_DECIMALS}})?`;
/** Beyond this, remainders would be too many states. */
export const LARGEST_MULTIPLE = 2_000;

/** Whole numbers within bounds, as JSON text. Null for none. */
export function integerRange(low: Bound | null, high: Bound | null, budget: Budget): CharDfa | null {
  const least = low && wholeBound(low, Math.ceil(low.value), 1n);
  const most = high && wholeBound(high, Math.floor(high.value), -1n);
  let dfa = compile(INTEGER_PATTERN, budget);
  if (least !== null) {
    const above = least > 0n ? atLeast(`${least}`) : `0|[1-9]\\d*${least < 0n ? `|-(?:${atMost(`${-least}`)})` : ''}`;
    dfa = dfa && both(dfa, compile(above, budget), budget);
  }
  if (most !== null) {
    const below = most < 0n ? `-(?:${atLeast(`${-most}`)})` : `-[1-9]\\d*|${atMost(`${most}`)}`;
    dfa = dfa && both(dfa, compile(below, budget), budget);
  }
  return dfa;
}

/** Numbers within bounds, without exponents. Null for none. */
export function numberRange(low: Bound | null, high: Bound | null, budget: Budget): CharDfa | null {
  let decimals = MOST_DECIMALS;
  for (const bound of [low, high]) {
    // With more decimals a number that is not the bound might still be rounded to it.
    if (bound?.isExclusive) decimals = Math.min(decimals, EXACT_DIGITS - 1 - decimal(bound.value).whole.length);
  }
  const fraction = decimals > 0 ? `(?:\\.\\d{1,${decimals}})?` : '';
  let dfa = compile(`-?(?:0|[1-9]\\d{0,${MOST_DIGITS - 1}})${fraction}`, budget);
  const any = `(?:0|[1-9]\\d*)${FRACTION}`;
  if (low) {
    const { value, isExclusive } = low;
    const { whole, digits } = decimal(Math.abs(value));
    const positive = value > 0 || (value === 0 && isExclusive) ? above(whole, digits, isExclusive) : any;
    const negative =
      value < 0 ? `|-(?:${below(whole, digits, isExclusive)})` : value === 0 && !isExclusive ? '|-0' : '';
    dfa = dfa && both(dfa, compile(`${positive}${negative}`, budget), budget);
  }
  if (high) {
    const { value, isExclusive } = high;
    const { whole, digits } = decimal(Math.abs(value));
    const negative = value < 0 || (value === 0 && isExclusive) ? above(whole, digits, isExclusive) : any;
    const positive = value > 0 || (value === 0 && !isExclusive) ? `|${below(whole, digits, isExclusive)}` : '';
    dfa = dfa && both(dfa, compile(`-(?:${negative})${positive}`, budget), budget);
  }
  return dfa;
}

/** Whole numbers that `divisor` divides, of as many digits as are exact. */
export function multiplesOf(divisor: number, budget: Budget): CharDfa | null {
  // States: start, minus, zero, then remainders of a number that has begun.
  const first = 3;
  const digitsFrom = (rest: number, least: number): CharEdge[] => {
    const edges: CharEdge[] = [];
    for (let digit = least; digit < 10; digit++)
      edges.push({ from: 48 + digit, to: 48 + digit, target: first + ((rest * 10 + digit) % divisor) });
    return edges;
  };
  const start: CharEdge[] = [{ from: 45, to: 45, target: 1 }, { from: 48, to: 48, target: 2 }, ...digitsFrom(0, 1)];
  const edges: CharEdge[][] = [start, digitsFrom(0, 1), []];
  const isFinal = [false, false, true];
  for (let rest = 0; rest < divisor; rest++) {
    edges.push(digitsFrom(rest, 0));
    isFinal.push(rest === 0);
  }
  budget.spend(divisor);
  const dfa = tidy({ isFinal, edges }, budget);
  return dfa && both(dfa, compile(`0|-?[1-9]\\d{0,${EXACT_DIGITS - 1}}`, budget), budget);
}

/** Numbers with at most so many decimals. */
export function withDecimals(count: number, budget: Budget): CharDfa | null {
  return compile(`-?(?:0|[1-9]\\d{0,${EXACT_DIGITS - 1}})(?:\\.\\d{1,${count}})?`, budget);
}

function both(a: CharDfa | null, b: CharDfa | null, budget: Budget): CharDfa | null {
  return a && b && intersect(a, b, budget);
}

function compile(pattern: string, budget: Budget): CharDfa | null {
  return compileRegex(parseRegex(pattern), budget);
}

function wholeBound({ value, isExclusive }: Bound, rounded: number, step: bigint): bigint {
  return BigInt(rounded) + (isExclusive && Number.isInteger(value) ? step : 0n);
}

/** The digits before and after the point. */
function decimal(value: number): { whole: string; digits: string } {
  const [mantissa = '', exponent = '0'] = String(Math.abs(value)).split('e');
  const [before = '', after = ''] = mantissa.split('.');
  const shift = Number(exponent);
  const all = shift < 0 ? '0'.repeat(-shift) + before + after : before + after.padEnd(shift, '0');
  const point = shift < 0 ? before.length : before.length + shift;
  return { whole: all.slice(0, point).replace(/^0+(?=.)/, '') || '0', digits: all.slice(point).replace(/0+$/, '') };
}

/** Whole numbers from `low` on, a number in digits. */
function atLeast(low: string): string {
  return [...higher(low), low, `[1-9]\\d{${low.length},}`].join('|');
}

/** Whole numbers from 0 to `high`. */
function atMost(high: string): string {
  const shorter = high.length > 1 ? [`0|[1-9]\\d{0,${high.length - 2}}`] : [];
  return [...shorter, ...lower(high, high.length > 1 ? 1 : 0), high].join('|');
}

/** Numbers of as many digits that are more. */
function higher(low: string): string[] {
  return Array.from(low, (digit, i) => ({ digit: Number(digit), i }))
    .filter(({ digit }) => digit < 9)
    .map(({ digit, i }) => `${low.slice(0, i)}[${digit + 1}-9]\\d{${low.length - i - 1}}`);
}

/** Numbers of as many digits that are less, and begin with `first` or more. */
function lower(high: string, first: number): string[] {
  return Array.from(high, (digit, i) => ({ digit: Number(digit), i, least: i === 0 ? first : 0 }))
    .filter(({ digit, least }) => digit > least)
    .map(({ digit, i, least }) => `${high.slice(0, i)}[${least}-${digit - 1}]\\d{${high.length - i - 1}}`);
}

/** Numbers without sign from `whole`.`digits` on. */
function above(whole: string, digits: string, isExclusive: boolean): string {
  const next = `${BigInt(whole) + 1n}`;
  const more = `(?:${atLeast(next)})${FRACTION}`;
  const higherDigits = Array.from(digits, (digit, i) => ({ digit: Number(digit), i }))
    .filter(({ digit }) => digit < 9)
    .map(({ digit, i }) => `\\.${digits.slice(0, i)}[${digit + 1}-9]\\d*`);
  const same = isExclusive ? `\\.${digits}\\d*[1-9]\\d*` : digits === '' ? FRACTION : `\\.${digits}\\d*`;
  return `${more}|${whole}(?:${[...higherDigits, same].join('|')})`;
}

/** Numbers without sign up to `whole`.`digits`. */
function below(whole: string, digits: string, isExclusive: boolean): string {
  const parts: string[] = [];
  if (whole !== '0') parts.push(`(?:${atMost(`${BigInt(whole) - 1n}`)})${FRACTION}`);
  const lowerDigits = Array.from(digits, (digit, i) => ({ digit: Number(digit), i }))
    .filter(({ digit }) => digit > 0)
    .map(({ digit, i }) => `\\.${digits.slice(0, i)}[0-${digit - 1}]\\d*`);
  // Beginnings of the digits are less than all of them.
  const beginnings = Array.from(digits, (_, i) => (i === 0 ? '' : `\\.${digits.slice(0, i)}`));
  const same = isExclusive ? [] : digits === '' ? ['', '\\.0+'] : [`\\.${digits}0*`];
  const tails = [...beginnings, ...lowerDigits, ...same];
  if (tails.length > 0) parts.push(`${whole}(?:${tails.join('|')})`);
  return parts.length > 0 ? parts.join('|') : '[]';
}
