import { Environment } from '@huggingface/jinja';
import { LanternError } from '../../errors.ts';
import { DEEPEST, ExactNumber } from '../exact-json.ts';

/** A value inside a template: `type` is the name of the library's class, `value` what it wraps. */
export interface JinjaValue {
  readonly type: string;
  readonly value: unknown;
}

/** Variables of a template. */
export type JinjaEnvironment = { set(name: string, value: unknown): JinjaValue; variables: Map<string, JinjaValue> };

/** An environment with nothing but `namespace`. */
export function newEnvironment(): JinjaEnvironment {
  return new Environment() as JinjaEnvironment;
}

// The library keeps the classes of its values to itself, and its own conversion of JavaScript values loses the kinds
// of numbers and the order of keys. So each class is taken from a sample.
type ValueClass<T> = new (value: T) => JinjaValue;

function classOfSample<T>(sample: unknown): ValueClass<T> {
  return newEnvironment().set('sample', sample).constructor as ValueClass<T>;
}

export const StringValue = classOfSample<string>('');
export const BooleanValue = classOfSample<boolean>(true);
export const FloatValue = classOfSample<number>(0.5);
export const ArrayValue = classOfSample<JinjaValue[]>([]);
export const ObjectValue = classOfSample<Map<string, JinjaValue>>({});
export const NullValue = classOfSample<null>(null);
export const FunctionValue = classOfSample<(args: JinjaValue[]) => JinjaValue>(() => null);

/** An integer of any size: `value` is the nearest number, `text` what is printed. */
export class ExactInteger extends classOfSample<number>(0) {
  readonly text: string;

  constructor(integer: bigint) {
    super(Number(integer));
    this.text = integer.toString();
  }

  override toString(): string {
    return this.text;
  }
}

/**
 * Makes a template value of plain data: what JSON has, `ExactJson` or bigint. Every string, keys among them, passes
 * through `text`. Throws `bad-input` for anything else; `what` names the data.
 */
export function jinjaValue(data: unknown, what: string, text: (raw: string) => string, depth = 0): JinjaValue {
  if (depth > DEEPEST) throw new LanternError('bad-input', `${what} is nested more than ${DEEPEST} deep`);
  if (data === null) return new NullValue(null);
  if (typeof data === 'string') return new StringValue(text(data));
  if (typeof data === 'boolean') return new BooleanValue(data);
  if (typeof data === 'bigint') return new ExactInteger(data);
  if (data instanceof ExactNumber) {
    return data.isInteger ? new ExactInteger(BigInt(data.text)) : new FloatValue(Number(data.text));
  }
  if (typeof data === 'number') {
    if (!Number.isFinite(data)) throw new LanternError('bad-input', `${what} holds ${data}, which JSON cannot say`);
    return jinjaValue(new ExactNumber(JSON.stringify(data)), what, text, depth);
  }
  if (Array.isArray(data)) {
    return new ArrayValue(data.map((item) => jinjaValue(item ?? null, what, text, depth + 1)));
  }
  if (typeof data === 'object') {
    const entries = new Map<string, JinjaValue>();
    for (const [key, item] of data instanceof Map ? data : Object.entries(data)) {
      if (item !== undefined) entries.set(text(String(key)), jinjaValue(item, what, text, depth + 1));
    }
    return new ObjectValue(entries);
  }
  throw new LanternError(
    'bad-input',
    `${what} holds a ${typeof data}; null, booleans, numbers, strings, lists and objects are allowed`,
  );
}
