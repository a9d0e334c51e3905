import type { Local } from './control.ts';
import { type Code, type Expr, flatten, type Statement, statement, unsigned, type ValueType } from './expression.ts';

const typeByte = { i32: 0x7f, i64: 0x7e, f32: 0x7d, v128: 0x7b } as const;

/** A function before it is put into a module, under whose `name` it is exported. It returns nothing. */
export type Func = { name: string; params: ValueType[]; locals: ValueType[]; body: Uint8Array };

/** What a function body is built with. */
export type Scope = {
  local<T extends ValueType>(type: T): Local<T>;
  locals<T extends ValueType>(count: number, type: T): Local<T>[];
  /** A constant held in a local that is set on entry: V8 builds an inline `v128.const` anew at every use. */
  hoist(constant: Expr<'v128'>): Expr<'v128'>;
};

type Params<P extends readonly ValueType[]> = { [K in keyof P]: Local<P[K]> };

/** Builds a function: `build` gets its parameters as locals and a scope to declare more. */
export function func<const P extends readonly ValueType[]>(
  name: string,
  params: P,
  build: (params: Params<P>, scope: Scope) => Statement[],
): Func {
  const locals: ValueType[] = [];
  const at = <T extends ValueType>(index: number, type: T): Local<T> => ({
    get: { type, code: [0x20, ...unsigned(index)] },
    set: (value) => statement(value.code, 0x21, unsigned(index)),
    tee: (value) => ({ type, code: [value.code, 0x22, unsigned(index)] }),
  });
  const local = <T extends ValueType>(type: T): Local<T> => at(params.length + locals.push(type) - 1, type);
  const hoisted = new Map<string, { local: Local<'v128'>; constant: Expr<'v128'> }>();
  const scope: Scope = {
    local,
    locals: (count, type) => Array.from({ length: count }, () => local(type)),
    hoist(constant) {
      const key = flatten(constant.code).join();
      const known = hoisted.get(key) ?? { local: local('v128'), constant };
      hoisted.set(key, known);
      return known.local.get;
    },
  };
  const body = build(params.map((type, i) => at(i, type)) as Params<P>, scope);
  const entry = [...hoisted.values()].map((h) => h.local.set(h.constant));
  return { name, params: [...params], locals, body: flatten([...entry, ...body].map((s) => s.code)) };
}

export type ModuleOptions = {
  functions: Func[];
  /** The one memory, imported as `env.m0`, is shared between threads. Default true. */
  shared?: boolean;
};

/** A module of functions over one imported memory of any size up to 4 GiB. */
export function moduleBytes({ functions, shared = true }: ModuleOptions): Uint8Array<ArrayBuffer> {
  const types = (list: ValueType[]): Code => vector(list.map((type) => [typeByte[type]]));
  const localRuns = (locals: ValueType[]): Code => vector(locals.map((type) => [1, typeByte[type]]));
  // Equal signatures need not share a type: the duplicates cost three bytes each.
  return flatten([
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, vector(functions.map((f) => [0x60, types(f.params), 0]))),
    section(2, vector([[text('env'), text('m0'), 2, shared ? 3 : 1, 0, ...unsigned(65536)]])),
    section(3, vector(functions.map((_, i) => unsigned(i)))),
    section(7, vector(functions.map((f, i) => [text(f.name), 0, unsigned(i)]))),
    section(10, vector(functions.map((f) => sized(flatten([localRuns(f.locals), f.body, 0x0b]))))),
  ]);
}

/** An empty custom section: it changes a module's bytes and nothing else. It may stand at the module's end. */
export function customSection(name: string): Uint8Array {
  return flatten(section(0, text(name)));
}

const sized = (bytes: Uint8Array): Code => [unsigned(bytes.length), bytes];
const vector = (items: Code[]): Code => [unsigned(items.length), items];
const section = (id: number, body: Code): Code => [id, sized(flatten(body))];
const text = (t: string): Code => sized(new TextEncoder().encode(t));
