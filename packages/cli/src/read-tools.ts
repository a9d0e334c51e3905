import type { ToolDefinition } from '@lantern/engine';
import { readJsonFile } from './read-input.ts';

/** Tools of a JSON file in OpenAI's form. Throws a LanternError that names what is wrong in it. */
export async function readTools(path: string): Promise<ToolDefinition[]> {
  const data = await readJsonFile(path);
  const problem = listProblem(data);
  if (problem === null) return data as ToolDefinition[];
  const { LanternError } = await import('@lantern/engine');
  throw new LanternError(
    'bad-input',
    `${path}: ${problem}`,
    'a tool looks like {"type": "function", "function": {"name": "…", "description": "…", "parameters": {…}}}',
  );
}

function listProblem(data: unknown): string | null {
  if (!Array.isArray(data)) return `it holds ${shown(data)}; a list of tools is expected`;
  const names = new Set<unknown>();
  for (const [index, tool] of data.entries()) {
    const problem = toolProblem(tool, `[${index}]`);
    if (problem !== null) return problem;
    const { name } = functionOf(tool) as { name: string };
    if (names.has(name)) return `two tools are named ${shown(name)}; each needs a name of its own`;
    names.add(name);
  }
  return null;
}

function toolProblem(tool: unknown, place: string): string | null {
  if (!isObject(tool)) return `${place} is ${shown(tool)}; an object is expected`;
  if ('type' in tool && 'function' in tool && tool.type !== 'function')
    return `${place}.type is ${shown(tool.type)}; "function" is expected`;
  const inner = 'function' in tool ? `${place}.function` : place;
  const called = functionOf(tool);
  if (!isObject(called)) return `${inner} is ${shown(called)}; an object is expected`;
  const { name, description, parameters } = called;
  if (typeof name !== 'string' || name === '') return `${inner}.name is ${shown(name)}; a text is expected`;
  if (description !== undefined && typeof description !== 'string')
    return `${inner}.description is ${shown(description)}; a text is expected`;
  if (parameters !== undefined && !isObject(parameters))
    return `${inner}.parameters is ${shown(parameters)}; a JSON Schema, an object, is expected`;
  return null;
}

/** A tool may be the bare description of its function. */
function functionOf(tool: Record<string, unknown>): unknown {
  return 'function' in tool ? tool.function : tool;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
