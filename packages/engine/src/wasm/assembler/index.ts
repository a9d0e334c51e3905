export {
  advance,
  block,
  br,
  br_if,
  drop,
  if_,
  type Local,
  loop,
  repeat,
  repeatUntil,
  whileAtLeast,
} from './control.ts';
export type { Expr, Statement, ValueType } from './expression.ts';
export { customSection, type Func, func, type ModuleOptions, moduleBytes, type Scope } from './module.ts';
export { f32, i32, notify, wait32 } from './scalar.ts';
export { f32x4, i8x16, i16x8, i32x4, v128 } from './simd.ts';
