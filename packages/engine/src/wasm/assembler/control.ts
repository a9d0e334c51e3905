import { type Code, type Expr, type Statement, statement, unsigned, type ValueType } from './expression.ts';
import { i32 } from './scalar.ts';

const codes = (statements: Statement[]): Code => statements.map((s) => s.code);

export const loop = (...body: Statement[]): Statement => statement(0x03, 0x40, codes(body), 0x0b);
export const block = (...body: Statement[]): Statement => statement(0x02, 0x40, codes(body), 0x0b);
export const br = (depth: number): Statement => statement(0x0c, ...unsigned(depth));
export const br_if = (depth: number, condition: Expr<'i32'>): Statement =>
  statement(condition.code, 0x0d, ...unsigned(depth));
export const drop = (value: Expr<ValueType>): Statement => statement(value.code, 0x1a);

export function if_(condition: Expr<'i32'>, then: Statement[], otherwise: Statement[] = []): Statement {
  return statement(
    condition.code,
    0x04,
    0x40,
    codes(then),
    ...(otherwise.length ? [0x05, codes(otherwise)] : []),
    0x0b,
  );
}

/** A variable of a function. */
export type Local<T extends ValueType> = {
  readonly get: Expr<T>;
  set(value: Expr<T>): Statement;
  /** Sets it and leaves the value. */
  tee(value: Expr<T>): Expr<T>;
};

/** local += n */
export const advance = (local: Local<'i32'>, n: number): Statement => local.set(i32.add(local.get, i32.const(n)));

/** `do { body } while ((counter += step) != end)`. It runs at least once and must meet `end` exactly. */
export function repeatUntil(counter: Local<'i32'>, end: Expr<'i32'>, step: number, ...body: Statement[]): Statement {
  return loop(...body, br_if(0, i32.ne(counter.tee(i32.add(counter.get, i32.const(step))), end)));
}

/** Runs the body `times` times, a number known when the code is emitted; `counter` is scratch. */
export function repeat(counter: Local<'i32'>, times: number, ...body: Statement[]): Statement[] {
  if (times === 0) return [];
  if (times === 1) return body;
  return [counter.set(i32.const(times)), loop(...body, br_if(0, counter.tee(i32.sub(counter.get, i32.const(1)))))];
}

/** `while (remaining >= step) { body; remaining -= step }`, for unsigned numbers. */
export function whileAtLeast(remaining: Local<'i32'>, step: number, ...body: Statement[]): Statement {
  return block(
    br_if(0, i32.lt_u(remaining.get, i32.const(step))),
    loop(...body, br_if(0, i32.ge_u(remaining.tee(i32.sub(remaining.get, i32.const(step))), i32.const(step)))),
  );
}
