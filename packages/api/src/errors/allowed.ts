import { z } from 'zod';

/** Types as a sentence names them. */
export const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  null: 'null',
};

/** What would have been right, as the end of a sentence: "be from 0 to 2". */
export function allowedBy(issue: z.core.$ZodIssue, schemas: readonly z.ZodType[]): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'int' || issue.expected === 'number')
        return `be ${numberRule(schemas) ?? typeNames[issue.expected]}`;
      return `be ${typeNames[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
    case 'invalid_union':
      return `be ${joined(allowedValues(issue).map((allowed) => JSON.stringify(allowed)))}`;
    case 'too_small':
    case 'too_big':
      return sizeRule(issue, schemas);
    case 'not_multiple_of':
      return issue.divisor === 1 ? 'be an integer' : `be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return issue.pattern ? `match ${issue.pattern.replace(/^\/|\/$/g, '')}` : `be a ${issue.format}`;
    default:
      return 'be something else';
  }
}

/** The values of an enumeration, or the tags of a discriminated union. */
export function allowedValues(issue: z.core.$ZodIssue): unknown[] {
  if (issue.code === 'invalid_value') return issue.values;
  // The tags are there, though not in Zod's own type of the issue.
  return issue.code === 'invalid_union' ? ((issue as { options?: unknown[] }).options ?? []) : [];
}

/** "a, b or c". */
export function joined(parts: readonly string[]): string {
  if (parts.length <= 1) return parts[0] ?? 'something else';
  return `${parts.slice(0, -1).join(', ')} or ${parts.at(-1)}`;
}

type SizeIssue = z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig;

function sizeRule(issue: SizeIssue, schemas: readonly z.ZodType[]): string {
  const small = issue.code === 'too_small';
  const limit = small ? issue.minimum : issue.maximum;
  // By the schema: in forms and addresses numbers are texts.
  if (issue.origin === 'number' || issue.origin === 'int')
    return `be ${numberRule(schemas) ?? `${small ? 'at least' : 'at most'} ${limit}`}`;
  if (small && Number(limit) === 1) return 'not be empty';
  const unit = issue.origin === 'string' ? 'characters' : 'items';
  return `have ${small ? 'at least' : 'at most'} ${limit} ${unit}`;
}

/** What numbers the schemas take. Bounds that only say that JavaScript cannot count further are left out. */
function numberRule(schemas: readonly z.ZodType[]): string | undefined {
  const schema = schemas.find((one) => one instanceof z.ZodNumber);
  if (!schema) return undefined;
  const { type, minimum, maximum, exclusiveMinimum } = z.toJSONSchema(schema);
  if (maximum === 2 ** 63) return 'an integer of 64 bits';
  const kind = type === 'integer' ? 'an integer' : 'a number';
  const from = counts(minimum) ? minimum : undefined;
  const to = counts(maximum) ? maximum : undefined;
  if (from !== undefined && to !== undefined) return `${kind} from ${from} to ${to}`;
  const limits = [
    ...(exclusiveMinimum === undefined ? [] : [`greater than ${exclusiveMinimum}`]),
    ...(from === undefined ? [] : [`at least ${from}`]),
    ...(to === undefined ? [] : [`at most ${to}`]),
  ];
  return limits.length === 0 ? kind : `${kind} ${limits.join(' and ')}`;
}

function counts(bound: number | undefined): boolean {
  return bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
}
