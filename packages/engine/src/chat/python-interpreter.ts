import { Interpreter } from '@huggingface/jinja';
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

/**
 * The library's interpreter where it differs from Jinja in Python, which templates are written for: how values print
 * (`True`, `1e-05`), `tojson`, white space and arguments of `strip`, `items` of nothing, `==` between types.
 */
export class PythonInterpreter extends LibraryInterpreter {
  readonly #printed: ReadonlySet<JinjaNode>;
  readonly #keep: ReadonlySet<string>;

  /** `printed`: the expressions whose value goes to the output; `keep`: see `pythonJson`. */
  constructor(environment: JinjaEnvironment, printed: ReadonlySet<JinjaNode>, keep: ReadonlySet<string>) {
    super(environment);
    this.#printed = printed;
    this.#keep = keep;
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
        return this.#strip(node as Call, environment);
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
    return pythonJson(value, style, this.#keep);
  }

  #strip({ callee, args }: Call, environment: JinjaEnvironment): JinjaValue | undefined {
    if (callee.type !== 'MemberExpression') return undefined;
    const { object, property, computed } = callee as Member;
    const name = (property as Identifier).value;
    if (computed || (name !== 'strip' && name !== 'lstrip' && name !== 'rstrip')) return undefined;
    const text = this.evaluate(object, environment);
    if (text.type !== 'StringValue') return undefined;
    return new StringValue(pythonStrip(text.value as string, this.#stripped(args, environment), name));
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
        return new BooleanValue(pythonEquals(...operands()));
      case '!=':
        return new BooleanValue(!pythonEquals(...operands()));
      default:
        return undefined;
    }
  }
}

function pythonEquals(left: JinjaValue, right: JinjaValue): boolean {
  const numbers = ['IntegerValue', 'FloatValue', 'BooleanValue'];
  if (numbers.includes(left.type) && numbers.includes(right.type)) return Number(left.value) === Number(right.value);
  if (left.type !== right.type) return false;
  if (Array.isArray(left.value)) {
    const others = right.value as JinjaValue[];
    return left.value.length === others.length && left.value.every((item, i) => pythonEquals(item, others[i]!));
  }
  if (left.type === 'ObjectValue') {
    const ours = left.value as Map<string, JinjaValue>;
    const theirs = right.value as Map<string, JinjaValue>;
    if (ours.size !== theirs.size) return false;
    return [...ours].every(([key, item]) => theirs.has(key) && pythonEquals(item, theirs.get(key)!));
  }
  return left.value === right.value;
}
