import { shown } from '../../checkpoint/json.ts';
import type { Rule } from '../automaton/state.ts';
import type { Budget } from '../budget.ts';
import { integerRange, LARGEST_MULTIPLE, multiplesOf, numberRange, withDecimals } from '../json/number-range.ts';
import { numberRule } from '../json/number-rules.ts';
import { intersect } from '../regex/combine-dfas.ts';
import { sharedDfa, sharedRule } from '../regex/shared-rules.ts';
import { finite, numberLimits } from './limits.ts';
import { badSchema, type SchemaPart, unsupportedSchema, within } from './schema-part.ts';

type Setting = { readonly budget: Budget; readonly strict: boolean };

/** The numbers that all parts allow. Null for none. */
export function numberRuleOf(type: 'number' | 'integer', parts: readonly SchemaPart[], setting: Setting): Rule | null {
  const { budget, strict } = setting;
  const { low, high } = numberLimits(parts);
  const divisors = parts.flatMap((part) => divisorOf(part, strict));
  const isWhole = type === 'integer' || divisors.some((divisor) => Number.isInteger(divisor));
  if (!low && !high && divisors.length === 0) return numberRule(type);
  if (strict) checkExact(parts, low?.isExclusive || high?.isExclusive || false, isWhole);
  const dfa = sharedDfa([low, high, divisors, isWhole], () => {
    const ranges = low || high || isWhole ? [(isWhole ? integerRange : numberRange)(low, high, budget)] : [];
    for (const divisor of divisors) {
      if (Number.isInteger(divisor)) ranges.push(multiplesOf(divisor, budget));
      else ranges.push(withDecimals(Math.round(-Math.log10(divisor)), budget));
    }
    return ranges.reduce((all, range) => all && range && intersect(all, range, budget));
  });
  return dfa && sharedRule(dfa, 'raw');
}

/** What is kept of `multipleOf`: small whole numbers, and if nobody insists on the rest, 0.1, 0.01 and so on. */
function divisorOf(part: SchemaPart, strict: boolean): number[] {
  const value = finite(part, 'multipleOf');
  if (value === undefined) return [];
  const path = within(part.path, 'multipleOf');
  if (value <= 0) throw badSchema(path, `is ${shown(value)}; a number above 0 is expected`);
  if (Number.isInteger(value) && value <= LARGEST_MULTIPLE) return [value];
  if (strict) throw unsupportedSchema(path, `is ${shown(value)}; allowed are whole numbers up to ${LARGEST_MULTIPLE}`);
  const digits = -Math.log10(value);
  return Math.abs(digits - Math.round(digits)) < 1e-9 && digits >= 0.5 && digits <= 20 ? [value] : [];
}

/** A double near an excluded bound that has more digits than doubles keep apart might be the bound. */
function checkExact(parts: readonly SchemaPart[], isExclusive: boolean, isWhole: boolean): void {
  if (!isExclusive) return;
  for (const part of parts) {
    for (const keyword of ['exclusiveMinimum', 'exclusiveMaximum']) {
      const value = finite(part, keyword);
      if (value === undefined) continue;
      const isExact = isWhole ? Number.isSafeInteger(Math.floor(value)) : String(value).replace(/\D/g, '').length <= 14;
      if (!isExact)
        throw unsupportedSchema(within(part.path, keyword), `is ${shown(value)}; allowed are up to 14 digits`);
    }
  }
}
