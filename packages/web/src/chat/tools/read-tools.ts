import { chatTool, describeZodError, fieldPath, functionDefinition } from '@lantern/api';
import { JsonFault, lineOf, offsetKey, readJson } from '../../lib/read-json.ts';
import type { Tools } from '../../store/records.ts';
import { checkJsonSchema } from './check-json-schema.ts';

/** What is wrong with definitions of tools: in words that begin with the place, and the offset of it in the text. */
export type ToolFault = { message: string; offset: number };

type Loose = Readonly<Record<string, unknown>>;

/**
 * Reads definitions of tools as people have them: in OpenAI's form or the bare functions, in a list, one alone, or within
 * a whole request. Faults name places as the API does, `tools[0].function.parameters.type`; without any, `tools` are all.
 */
export function readTools(text: string): { tools: Tools; faults: ToolFault[] } {
  if (text.trim() === '') return { tools: [], faults: [] };
  try {
    const { value, offsets } = readJson(text);
    const entries = toolsIn(value);
    const names = entries.map(({ tool }) => nameOf(tool));
    const faults = entries.flatMap(({ tool, at }, place) => {
      const found = faultsOf(tool);
      if (names[place] !== undefined && names.indexOf(names[place]) < place)
        found.push({
          path: [...functionPath(tool), 'name'],
          message: `is ${shown(names[place])}, as that of another tool; it must be its own`,
        });
      return found.map(({ path, message }) => ({
        message: `${fieldPath(['tools', place, ...path])} ${message}`,
        offset: nearestOffset(offsets, [...at, ...path]),
      }));
    });
    return { tools: faults.length > 0 ? [] : entries.map(({ tool }) => asTool(tool)), faults };
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    const { message, offset } = error;
    const { line, column } = lineOf(text, offset);
    return { tools: [], faults: [{ message: `line ${line}, column ${column}: ${message}`, offset }] };
  }
}

/** The tools in what was read, and where they stand in it. */
function toolsIn(value: unknown): { tool: unknown; at: PropertyKey[] }[] {
  if (Array.isArray(value)) return value.map((tool, index) => ({ tool, at: [index] }));
  if (isObject(value) && Array.isArray(value.tools))
    return value.tools.map((tool, index) => ({ tool, at: ['tools', index] }));
  return [{ tool: value, at: [] }];
}

/** The offset of a value, or of what should hold it where it is missing. */
function nearestOffset(offsets: ReadonlyMap<string, number>, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const offset = offsets.get(offsetKey(path.slice(0, length)));
    if (offset !== undefined) return offset;
  }
  return offsets.get(offsetKey([])) ?? 0;
}

type Fault = { path: PropertyKey[]; message: string };

function faultsOf(tool: unknown): Fault[] {
  if (!isObject(tool)) return [{ path: [], message: `is ${shown(tool)}; it must be an object that describes a tool` }];
  const schema = functionPath(tool).length > 0 ? chatTool : functionDefinition;
  const { success, error } = schema.safeParse(tool);
  if (!success) {
    const { path } = error.issues[0]!;
    const { message, param } = describeZodError(error, tool, schema);
    return [{ path, message: message.slice((param ?? 'the body').length + 1) }];
  }
  const inner = functionOf(tool);
  const key = 'parameters' in inner ? 'parameters' : 'input_schema';
  const parameters = inner[key];
  if (parameters === undefined || parameters === null) return [];
  const base = [...functionPath(tool), key];
  const isOfObject = !isObject(parameters) || parameters.type === undefined || parameters.type === 'object';
  const faults = isOfObject
    ? checkJsonSchema(parameters, base)
    : [{ path: [...base, 'type'], value: parameters.type, allowed: 'be "object"' }];
  return faults.map(({ path, value, allowed }) => ({ path, message: `is ${shown(value)}; it must ${allowed}` }));
}

function asTool(tool: unknown): Tools[number] {
  if (functionPath(tool).length > 0) return tool as Tools[number];
  const { type: _, input_schema, ...definition } = tool as Loose;
  return {
    type: 'function',
    function: { ...(input_schema !== undefined && { parameters: input_schema }), ...definition },
  } as Tools[number];
}

/** Where in a tool its function stands: in itself, where it is bare. */
function functionPath(tool: unknown): [] | ['function'] {
  return isObject(tool) && 'function' in tool ? ['function'] : [];
}

function functionOf(tool: Loose): Loose {
  return functionPath(tool).length > 0 ? (tool.function as Loose) : tool;
}

function nameOf(tool: unknown): unknown {
  if (!isObject(tool)) return undefined;
  const inner = functionOf(tool);
  return isObject(inner) ? inner.name : undefined;
}

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (isObject(value)) return 'an object';
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 50)}…`;
}
