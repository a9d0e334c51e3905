/** Value types of WebAssembly that the kernels use. */
export type ValueType = 'i32' | 'i64' | 'f32' | 'v128';

/** Bytes in the making: a rope, flattened once when a function is complete. */
export type Code = Uint8Array | readonly (number | Code)[];

/** Code that leaves one value of type `T` on the stack. TypeScript refuses an operand of another type. */
export type Expr<T extends ValueType> = { readonly type: T; readonly code: Code };

/** Code that leaves nothing. */
export type Statement = { readonly type: 'none'; readonly code: Code };

export const statement = (...code: (number | Code)[]): Statement => ({ type: 'none', code });

/** Unsigned LEB128 of a whole number below 2^53. */
export function unsigned(n: number): number[] {
  const bytes: number[] = [];
  for (; n >= 128; n = Math.floor(n / 128)) bytes.push((n % 128) | 128);
  bytes.push(n);
  return bytes;
}

/** Signed LEB128 of a 32-bit value. */
export function signed(n: number): number[] {
  const bytes: number[] = [];
  for (; n < -64 || n > 63; n >>= 7) bytes.push((n & 127) | 128);
  bytes.push(n & 127);
  return bytes;
}

/** The bytes of a rope. */
export function flatten(code: Code): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthOf(code));
  write(code, bytes, 0);
  return bytes;
}

function lengthOf(code: Code): number {
  if (code instanceof Uint8Array) return code.length;
  let length = 0;
  for (let i = 0; i < code.length; i++) {
    const part = code[i]!;
    length += typeof part === 'number' ? 1 : lengthOf(part);
  }
  return length;
}

/** Writes a rope from `at` on; returns where it ends. */
function write(code: Code, into: Uint8Array, at: number): number {
  if (code instanceof Uint8Array) {
    into.set(code, at);
    return at + code.length;
  }
  let end = at;
  for (let i = 0; i < code.length; i++) {
    const part = code[i]!;
    if (typeof part === 'number') into[end++] = part;
    else end = write(part, into, end);
  }
  return end;
}

/** An instruction with one operand. */
export function unary<A extends ValueType, R extends ValueType>(_operand: A, result: R, ...bytes: number[]) {
  return (a: Expr<A>): Expr<R> => ({ type: result, code: [a.code, bytes] });
}

/** An instruction with two operands. */
export function binary<A extends ValueType, B extends ValueType, R extends ValueType>(
  _left: A,
  _right: B,
  result: R,
  ...bytes: number[]
) {
  return (a: Expr<A>, b: Expr<B>): Expr<R> => ({ type: result, code: [a.code, b.code, bytes] });
}

/** A load: `offset` is added to the address without wrapping. */
export function load<R extends ValueType>(result: R, align: number, ...bytes: number[]) {
  const head = [...bytes, align];
  return (address: Expr<'i32'>, offset = 0): Expr<R> => ({
    type: result,
    code: [address.code, head, unsigned(offset)],
  });
}

export function store<V extends ValueType>(_value: V, align: number, ...bytes: number[]) {
  const head = [...bytes, align];
  return (address: Expr<'i32'>, value: Expr<V>, offset = 0): Statement =>
    statement(address.code, value.code, head, unsigned(offset));
}
