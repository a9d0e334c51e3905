import { type Expr, type Func, func, moduleBytes, type Scope, v128 } from './index.ts';

/** Support for the tests of the assembler. */
export type Functions = Record<string, (...args: number[]) => void>;

/** A shared memory of some pages and functions over it. */
export function instantiate(functions: Func[], pages = 1) {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const module = new WebAssembly.Module(moduleBytes({ functions }));
  const exports = new WebAssembly.Instance(module, { env: { m0: memory } }).exports as Functions;
  return { memory, exports, view: new DataView(memory.buffer) };
}

export const OUT = 1024;
type Given = { at: (index: number) => Expr<'v128'>; scope: Scope };

/** Evaluates code on vectors: operand `i` stands at byte 16·i of `operands`. Returns the bytes of the result. */
export function evaluate(operands: ArrayBufferView, code: (given: Given) => Expr<'v128'>): DataView {
  const kernel = func('run', ['i32'], ([p], scope) => [
    v128.store(p.get, code({ at: (index) => v128.load(p.get, index * 16), scope }), OUT),
  ]);
  const { exports, memory } = instantiate([kernel]);
  const bytes = new Uint8Array(operands.buffer, operands.byteOffset, operands.byteLength);
  new Uint8Array(memory.buffer).set(bytes);
  exports.run!(0);
  return new DataView(memory.buffer.slice(OUT, OUT + 16) as ArrayBuffer);
}
