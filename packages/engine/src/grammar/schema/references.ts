import { isJsonObject, shown } from '../../checkpoint/json.ts';
import { badSchema, type SchemaPlace, unsupportedSchema } from './schema-part.ts';

/** What a `$ref` at `path` names within the document. */
export function resolveReference(root: unknown, reference: unknown, path: string): SchemaPlace {
  if (typeof reference !== 'string') throw badSchema(path, `is ${shown(reference)}; a text is expected`);
  if (reference !== '#' && !reference.startsWith('#/')) {
    throw unsupportedSchema(path, `refers to ${shown(reference)}; allowed are pointers such as #/$defs/Name`);
  }
  let target = root;
  for (const step of reference.split('/').slice(1)) {
    const key = pointerStep(step);
    if (Array.isArray(target) && /^\d+$/.test(key)) target = target[Number(key)];
    else target = isJsonObject(target) && Object.hasOwn(target, key) ? target[key] : undefined;
  }
  if (target === undefined) throw badSchema(path, `refers to ${shown(reference)}, which is not there`);
  return { schema: target, path: reference.slice(1) };
}

function pointerStep(step: string): string {
  let text = step;
  try {
    text = decodeURIComponent(step);
  } catch {
    // A bare percent sign is one.
  }
  return text.replaceAll('~1', '/').replaceAll('~0', '~');
}
