import type { JsonObject } from '../../checkpoint/json.ts';
import { LanternError } from '../../errors.ts';

/** A schema object and where it stands in the document, as a JSON pointer. */
export type SchemaPart = { readonly schema: JsonObject; readonly path: string };

/** A schema of any kind and where it stands. */
export type SchemaPlace = { readonly schema: unknown; readonly path: string };

/** The place of a member. */
export function within(path: string, ...steps: readonly (string | number)[]): string {
  return steps.reduce<string>((at, step) => `${at}/${`${step}`.replaceAll('~', '~0').replaceAll('/', '~1')}`, path);
}

/** A schema that says nothing sensible. */
export function badSchema(path: string, what: string): LanternError {
  return new LanternError('bad-input', `the JSON schema at ${path === '' ? 'its root' : path} ${what}`);
}

/** A schema that cannot be kept. */
export function unsupportedSchema(path: string, what: string): LanternError {
  return new LanternError('unsupported', `the JSON schema at ${path === '' ? 'its root' : path} ${what}`);
}
