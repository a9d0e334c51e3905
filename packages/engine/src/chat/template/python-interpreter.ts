import { Interpreter } from '@huggingface/jinja';
import type { TextRange } from '../../tokenizer/added-token-finder.ts';
import { ArrayValue, BooleanValue, type JinjaEnvironment, type JinjaValue, StringValue } from './jinja-values.ts';
import { pythonJson, pythonStr, pythonStrip } from './python-text.ts';

/** A node of the library's syntax tree. */
export type JinjaNode = { readonly type: string };

type Identifier = JinjaNode & { readonly value: string };
type Call = JinjaNode & { readonly callee: JinjaNode; readonly args: readonly JinjaNode[] };
type Filter = JinjaNode & { readonly operand: JinjaNode; readonly filter: JinjaNode };
type Member = JinjaNode & { readonly object: JinjaNode; readonly property: JinjaNode; readonly computed: boolean };
type Binary = JinjaNode & {
  readonly operator: { readonly value: string };
  readonly left: JinjaNode;
  readonly right: JinjaNode;
};
type Keyword = JinjaNode & { readonly key: Identifier; readonly value: JinjaNode };

const LibraryInterpreter = Interpreter as unknown as new (
  environment: JinjaEnvironment,
) => {
  run(program: JinjaNode): JinjaValue;
  evaluate(node: JinjaNode | undefined, environment: JinjaEnvironment): JinjaValue;
};

/** What the interpreter must know of marked text: see `MessageMarks`. */
type Marks = { readonly standIns: ReadonlySet<string>; unmark(text: string): string };

/**
 * The library's interpreter where it differs from Jinja in Python, which templates are written for: how values print
 * (`True`, `1e-05`), `tojson`, white space and arguments of `strip`, `items` of nothing, `==` between types. Wherever
 * text is compared or searched it is taken as it reads, without marks.
 */
export class PythonInterpreter extends LibraryInterpreter {
  readonly #printed: ReadonlySet<JinjaNode>;
  readonly #marks: Marks;

  /** `printed`: the expressions whose value goes to the output. */
  constructor(environment: JinjaEnvironment, printed: ReadonlySet<JinjaNode>, marks: Marks) {
    super(environment);
    this.#printed = printed;
    this.#marks = marks;
  }

  override evaluate(node: JinjaNode | undefined, environment: JinjaEnvironment): JinjaValue {
    if (!node) return super.evaluate(node, environment);
    const value = this.#asPython(node, environment) ?? super.evaluate(node, environment);
    return this.#printed.has(node) ? new StringValue(pythonStr(value)) : value;
  }

  #asPython(node: JinjaNode, environment: JinjaEnvironment): JinjaValue | undefined {
    switch (node.type) {
      case 'FilterExpression':
        return this.#filter(node as Filter, environment);
      case 'CallExpression':
        return this.#method(node as Call, environment);
      case 'BinaryExpression':
        return this.#operator(node as Binary, environment);
      default:
        return undefined;
    }
  }

  #filter({ operand, filter }: Filter, environment: JinjaEnvironment): JinjaValue | undefined {
    const call = filter.type === 'CallExpression' ? (filter as Call) : undefined;
    const args = call?.args ?? [];
    const input = (): JinjaValue => this.evaluate(operand, environment);
    switch (((call?.callee ?? filter) as Identifier).value) {
      case 'string':
        return new StringValue(pythonStr(input()));
      case 'trim':
        return new StringValue(pythonStrip(pythonStr(input()), this.#stripped(args, environment), 'strip'));
      case 'tojson':
        return new StringValue(this.#json(input(), args, environment));
      case 'replace':
        return this.#method(methodCall(operand, 'replace', args), environment);
      case 'items': {
        const value = input();
        if (value.type === 'UndefinedValue') return new ArrayValue([]);
        if (value.type !== 'ObjectValue') throw new Error('Can only get item pairs from a mapping.');
        return undefined;
      }
      default:
        return undefined;
    }
  }

  #json(value: JinjaValue, args: readonly JinjaNode[], environment: JinjaEnvironment): string {
    const keywords = new Map<string, unknown>();
    for (const arg of args) {
      if (arg.type !== 'KeywordArgumentExpression') throw new Error('tojson takes keyword arguments only');
      const { key, value: node } = arg as Keyword;
      keywords.set(key.value, this.evaluate(node, environment).value);
    }
    const separators = keywords.get('separators') as readonly JinjaValue[] | null | undefined;
    const style = {
      ensureAscii: keywords.get('ensure_ascii') === true,
      indent: (keywords.get('indent') as number | null | undefined) ?? null,
      sortKeys: keywords.get('sort_keys') === true,
      separators: separators ? ([String(separators[0]?.value), String(separators[1]?.value)] as const) : null,
    };
    return pythonJson(value, style, this.#marks.standIns);
  }

  /** Methods of strings. */
  #method({ callee, args }: Call, environment: JinjaEnvironment): JinjaValue | undefined {
    if (callee.type !== 'MemberExpression') return undefined;
    const { object, property, computed } = callee as Member;
    const name = (property as Identifier).value;
    if (computed || !stringMethods.has(name)) return undefined;
    const target = this.evaluate(object, environment);
    if (target.type !== 'StringValue') return undefined;
    const text = target.value as string;
    const read = (value: JinjaValue | undefined): string | undefined =>
      value?.type === 'StringValue' ? this.#marks.unmark(value.value as string) : undefined;
    switch (name) {
      case 'strip':
      case 'lstrip':
      case 'rstrip':
        return new StringValue(pythonStrip(text, this.#stripped(args, environment), name));
      case 'startswith':
      case 'endswith': {
        const wanted = this.evaluate(args[0], environment);
        const options = Array.isArray(wanted.value) ? (wanted.value as JinjaValue[]) : [wanted];
        const plain = this.#marks.unmark(text);
        const fits = (option: string): boolean =>
          name === 'startswith' ? plain.startsWith(option) : plain.endsWith(option);
        return new BooleanValue(options.some((option) => fits(read(option) ?? wrongType(name, option))));
      }
      default: {
        const positional = args.filter((arg) => arg.type !== 'KeywordArgumentExpression');
        const [first, second, third] = positional.map((arg) => this.evaluate(arg, environment));
        const sought = read(first);
        if (name === 'split') return sought ? splitText(text, this.#cuts(text, sought, second)) : undefined;
        const replacement = second?.type === 'StringValue' ? (second.value as string) : undefined;
        if (!sought || replacement === undefined) return undefined;
        const parts = splitText(text, this.#cuts(text, sought, third)).value as JinjaValue[];
        return new StringValue(parts.map((part) => part.value).join(replacement));
      }
    }
  }

  /** Where `sought` occurs in the text as it reads, at most `limit` times when that is a number from 0 up. */
  #cuts(text: string, sought: string, limit: JinjaValue | undefined): TextRange[] {
    const most = typeof limit?.value === 'number' && limit.value >= 0 ? limit.value : Number.POSITIVE_INFINITY;
    const plain = this.#marks.unmark(text);
    const cuts: TextRange[] = [];
    for (let from = 0; cuts.length < most; ) {
      const start = plain.indexOf(sought, from);
      if (start < 0) break;
      from = start + sought.length;
      cuts.push({ start, end: from });
    }
    return cuts;
  }

  /** The characters that a call of `strip` or `trim` names, or null for white space. */
  #stripped(args: readonly JinjaNode[], environment: JinjaEnvironment): string | null {
    const first = args[0];
    const node = first?.type === 'KeywordArgumentExpression' ? (first as Keyword).value : first;
    const chars = node ? this.evaluate(node, environment).value : null;
    return typeof chars === 'string' ? chars : null;
  }

  #operator({ operator, left, right }: Binary, environment: JinjaEnvironment): JinjaValue | undefined {
    const operands = (): [JinjaValue, JinjaValue] => [
      this.evaluate(left, environment),
      this.evaluate(right, environment),
    ];
    switch (operator.value) {
      case '~':
        return new StringValue(operands().map(pythonStr).join(''));
      case '==':
        return new BooleanValue(this.#equals(...operands()));
      case '!=':
        return new BooleanValue(!this.#equals(...operands()));
      case 'in':
      case 'not in': {
        const found = this.#contains(...operands());
        return found === undefined ? undefined : new BooleanValue(found === (operator.value === 'in'));
      }
      default:
        return undefined;
    }
  }

  /** `sought in container` of Python; undefined for kinds that are left to the library. */
  #contains(sought: JinjaValue, container: JinjaValue): boolean | undefined {
    if (Array.isArray(container.value)) {
      return (container.value as JinjaValue[]).some((item) => this.#equals(sought, item));
    }
    if (sought.type !== 'StringValue') return undefined;
    const plain = this.#marks.unmark(sought.value as string);
    if (container.type === 'StringValue') return this.#marks.unmark(container.value as string).includes(plain);
    if (container.type !== 'ObjectValue') return undefined;
    return [...(container.value as Map<string, JinjaValue>).keys()].some((key) => this.#marks.unmark(key) === plain);
  }

  /** `==` of Python. */
  #equals(left: JinjaValue, right: JinjaValue): boolean {
    if (numbers.has(left.type) && numbers.has(right.type)) return Number(left.value) === Number(right.value);
    if (left.type !== right.type) return false;
    if (left.type === 'StringValue') {
      return this.#marks.unmark(left.value as string) === this.#marks.unmark(right.value as string);
    }
    if (Array.isArray(left.value)) {
      const others = right.value as JinjaValue[];
      return left.value.length === others.length && left.value.every((item, i) => this.#equals(item, others[i]!));
    }
    if (left.type === 'ObjectValue') {
      const ours = left.value as Map<string, JinjaValue>;
      const theirs = right.value as Map<string, JinjaValue>;
      if (ours.size !== theirs.size) return false;
      return [...ours].every(([key, item]) => theirs.has(key) && this.#equals(item, theirs.get(key)!));
    }
    return left.value === right.value;
  }
}

const stringMethods: ReadonlySet<string> = new Set([
  'strip',
  'lstrip',
  'rstrip',
  'startswith',
  'endswith',
  'split',
  'replace',
]);
const numbers: ReadonlySet<string> = new Set(['IntegerValue', 'FloatValue', 'BooleanValue']);

/** The call `object.name(args)`. */
function methodCall(object: JinjaNode, name: string, args: readonly JinjaNode[]): Call {
  const property: Identifier = { type: 'Identifier', value: name };
  const callee: Member = { type: 'MemberExpression', object, property, computed: false };
  return { type: 'CallExpression', callee, args };
}

function wrongType(method: string, { type }: JinjaValue): never {
  throw new Error(`${method}() takes strings, not a ${type}`);
}

/** The pieces of a text between cuts. */
function splitText(text: string, cuts: readonly TextRange[]): JinjaValue {
  const starts = [0, ...cuts.map((cut) => cut.end)];
  const ends = [...cuts.map((cut) => cut.start), text.length];
  return new ArrayValue(starts.map((start, i) => new StringValue(text.slice(start, ends[i]))));
}
