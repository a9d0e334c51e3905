import { combinedCases } from './combined-cases.ts';
import { containerCases } from './container-cases.ts';
import { scalarCases } from './scalar-cases.ts';

// For tests.

/** Schemas for tests, with documents that are valid and some that are not. Keys are in the order of the schema. */
export type SchemaCase = {
  readonly name: string;
  readonly schema: unknown;
  readonly valid: readonly unknown[];
  readonly invalid: readonly unknown[];
  /** Valid, but only where nothing is refused. */
  readonly loose?: boolean;
};

export const schemaCases: readonly SchemaCase[] = [...scalarCases, ...containerCases, ...combinedCases];
