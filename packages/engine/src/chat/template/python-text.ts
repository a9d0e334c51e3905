import { ExactInteger, type JinjaValue } from './jinja-values.ts';

/** Python's `repr` of a float: the shortest digits, in scientific form from 1e16 up and below 1e-4. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '', exponentText = ''] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

/** Python's `str()` of a template value; an undefined one is empty, as in Jinja. */
export function pythonStr(value: JinjaValue): string {
  return value.type === 'StringValue' ? (value.value as string) : pythonRepr(value);
}

function pythonRepr(value: JinjaValue): string {
  switch (value.type) {
    case 'StringValue':
      return quoted(value.value as string);
    case 'IntegerValue':
      return integerText(value);
    case 'FloatValue':
      return pythonFloat(value.value as number);
    case 'BooleanValue':
      return value.value ? 'True' : 'False';
    case 'NullValue':
      return 'None';
    case 'UndefinedValue':
      return '';
    case 'ArrayValue':
      return `[${(value.value as JinjaValue[]).map(pythonRepr).join(', ')}]`;
    case 'TupleValue': {
      const items = (value.value as JinjaValue[]).map(pythonRepr);
      return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
    }
    case 'ObjectValue': {
      const entries = [...(value.value as Map<string, JinjaValue>)];
      return `{${entries.map(([key, item]) => `${quoted(key)}: ${pythonRepr(item)}`).join(', ')}}`;
    }
    default:
      throw new Error(`a ${value.type} cannot be written as text`);
  }
}

function integerText(value: JinjaValue): string {
  return value instanceof ExactInteger ? value.text : String(value.value);
}

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(/[\\\p{Cc}'"]/gu, (char) => {
    if (char === '\\' || char === quote) return `\\${char}`;
    const named = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[char];
    if (named || char === "'" || char === '"') return named ?? char;
    return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return quote + body + quote;
}

export type JsonStyle = {
  readonly ensureAscii: boolean;
  readonly indent: number | null;
  readonly sortKeys: boolean;
  readonly separators: readonly [string, string] | null;
};

/**
 * Python's `json.dumps`, as the `tojson` filter of chat templates calls it. `keep` holds characters that stay as they
 * are even with `ensureAscii`.
 */
export function pythonJson(value: JinjaValue, style: JsonStyle, keep: ReadonlySet<string>): string {
  const [between, colon] = style.separators ?? [style.indent === null ? ', ' : ',', ': '];
  const text = (raw: string): string => {
    const json = JSON.stringify(raw);
    if (!style.ensureAscii) return json;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: Python escapes all that is not printable ASCII
    return json.replace(/[^\x00-\x7e]/g, (char) =>
      keep.has(char) ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  };
  const wrap = (open: string, items: string[], close: string, depth: number): string => {
    if (style.indent === null || items.length === 0) return open + items.join(between) + close;
    const inner = `\n${' '.repeat(style.indent * (depth + 1))}`;
    return `${open}${inner}${items.join(between + inner)}\n${' '.repeat(style.indent * depth)}${close}`;
  };
  const write = (item: JinjaValue, depth: number): string => {
    switch (item.type) {
      case 'StringValue':
        return text(item.value as string);
      case 'NullValue':
        return 'null';
      case 'BooleanValue':
        return item.value ? 'true' : 'false';
      case 'IntegerValue':
        return integerText(item);
      case 'FloatValue': {
        const float = pythonFloat(item.value as number);
        return { nan: 'NaN', inf: 'Infinity', '-inf': '-Infinity' }[float] ?? float;
      }
      case 'ArrayValue':
      case 'TupleValue':
        return wrap(
          '[',
          (item.value as JinjaValue[]).map((one) => write(one, depth + 1)),
          ']',
          depth,
        );
      case 'ObjectValue': {
        const entries = [...(item.value as Map<string, JinjaValue>)];
        if (style.sortKeys) entries.sort(([a], [b]) => (a < b ? -1 : 1));
        return wrap(
          '{',
          entries.map(([key, one]) => text(key) + colon + write(one, depth + 1)),
          '}',
          depth,
        );
      }
      default:
        throw new Error(`a ${item.type} is not JSON serializable`);
    }
  };
  return write(value, 0);
}

// str.isspace() of Python, all in the first plane. JavaScript's trim differs: it has U+FEFF and lacks five of these.
const pythonSpaces: ReadonlySet<string> = new Set(
  '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a' +
    '\u2028\u2029\u202f\u205f\u3000',
);

/** Python's `strip`, `lstrip` and `rstrip`; `chars` null stands for white space. */
export function pythonStrip(text: string, chars: string | null, side: 'strip' | 'lstrip' | 'rstrip'): string {
  const stripped = chars === null ? pythonSpaces : new Set(chars);
  let start = 0;
  let end = text.length;
  if (side !== 'rstrip') {
    for (const char of text) {
      if (!stripped.has(char)) break;
      start += char.length;
    }
  }
  while (side !== 'lstrip' && end > start) {
    const wide = end - start > 1 && text.codePointAt(end - 2)! > 0xffff;
    const char = text.slice(wide ? end - 2 : end - 1, end);
    if (!stripped.has(char)) break;
    end -= char.length;
  }
  return text.slice(start, end);
}
