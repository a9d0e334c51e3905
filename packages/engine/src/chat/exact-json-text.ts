import { type ExactJson, ExactNumber } from './exact-json.ts';

/** JSON text as Python's `json.dumps` lays it out without `ensure_ascii`. Numbers keep their text. */
export function exactJsonText(value: ExactJson): string {
  if (value instanceof ExactNumber) return value.text;
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<string, ExactJson>)];
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${exactJsonText(item)}`).join(', ')}}`;
  }
  if (Array.isArray(value)) return `[${(value as readonly ExactJson[]).map(exactJsonText).join(', ')}]`;
  return JSON.stringify(value);
}
