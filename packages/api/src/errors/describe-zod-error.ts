import type { z } from 'zod';
import { schemasAt } from '../shared/schemas-at.ts';
import { allowedBy, allowedValues, joined, typeNames } from './allowed.ts';
import { fieldPath } from './field-path.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What is wrong with a body, and the path of the field at fault; null where it is the body itself. */
export type BodyError = { message: string; param: string | null };

/**
 * Puts the first thing that is wrong in one line: the field's path, its value, what is allowed. Of a union, it tells of
 * the form that the value is nearest to. `body` is what was parsed, `schema` what by: it knows both ends of a range.
 */
export function describeZodError(error: z.ZodError, body: unknown, schema?: z.ZodType): BodyError {
  const first = error.issues[0];
  if (!first) return { message: 'the body is not as it should be', param: null };
  return describe(nearest(first, [], body), body, schema);
}

function describe(issues: readonly Issue[], body: unknown, schema: z.ZodType | undefined): BodyError {
  const issue = issues[0]!;
  const param = issue.path.length === 0 ? null : fieldPath(issue.path);
  const name = param ?? 'the body';
  if (issue.code === 'custom') {
    // A rule of ours says what must be, or all there is to say.
    const isRule = issue.message.startsWith('must ');
    return {
      message: isRule ? `${name} is ${shown(valueAt(body, issue.path))}; it ${issue.message}` : issue.message,
      param,
    };
  }
  if (issue.code === 'invalid_key') {
    const key = JSON.stringify(String(issue.path.at(-1)));
    const within = issue.path.slice(0, -1);
    const field = fieldPath(within) || 'the body';
    const reason = issue.issues[0];
    const rule = reason ? allowedBy(reason as Issue, []) : 'something else';
    return { message: `${field} has the key ${key}; keys must ${rule}`, param: fieldPath(within) || null };
  }
  const value = valueAt(body, issue.path);
  const at = schema ? schemasAt(schema, issue.path) : [];
  const rules = issues.length > 1 ? `be ${joined(alternatives(issues))}` : allowedBy(issue, at);
  return { message: `${name} is ${shown(value)}; it must ${rules}`, param };
}

/**
 * What an issue comes down to, with full paths. A union has failed in all its forms: the one that got furthest tells
 * what is wrong. Where none got anywhere, all of them together tell what would have been right.
 */
function nearest(issue: Issue, base: Path, body: unknown): Issue[] {
  const path = [...base, ...issue.path];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ ...issue, path }];
  const forms = issue.errors.map((issues) => issues.flatMap((one) => nearest(one as Issue, path, body)));
  const further = forms.filter((form) => !form.some((one) => isWrongKind(one) && one.path.length === path.length));
  if (further.length === 0) return forms.flat();
  further.sort((a, b) => depth(b) - depth(a) || a.length - b.length || lateness(b) - lateness(a));
  const [form] = further as [Issue[], ...Issue[][]];
  const best = form[0]!;
  // Forms that got as far as the best one and fail at the same place all say what could stand there.
  const equals = further.filter((other) => depth(other) === depth(form) && other.length === form.length).flat();
  return [best, ...equals.filter((one) => one !== best && isWrongKind(one) && samePath(one.path, best.path))];
}

/** Whether a value is of another type than the form, so that the form was not meant. */
function isWrongKind(issue: Issue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union';
}

function depth(issues: readonly Issue[]): number {
  return Math.max(...issues.map((issue) => issue.path.length));
}

/** How far into a list the first fault is. */
function lateness(issues: readonly Issue[]): number {
  return Number(issues[0]!.path.findLast((key) => typeof key === 'number') ?? 0);
}

function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}

function alternatives(issues: readonly Issue[]): string[] {
  const all = issues.flatMap((issue) => {
    if (issue.code === 'invalid_type') return [typeNames[issue.expected] ?? issue.expected];
    return allowedValues(issue).map((value) => JSON.stringify(value));
  });
  return [...new Set(all)];
}

function valueAt(body: unknown, path: Path): unknown {
  let value = body;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0 ? '{}' : 'an object';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length <= 80 ? text : `${text.slice(0, 60)}…${text.at(-1)} (${text.length} characters)`;
}
