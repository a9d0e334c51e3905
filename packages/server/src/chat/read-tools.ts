import type { ChatCompletionRequest, ChatTool } from '@lantern/api';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { badField } from '../http/api-error.ts';

/** The tools of a request, and whether the model has to call one. */
export type ToolPlan = {
  /** Shown to the model. */
  offered: readonly ChatTool[];
  /** Names of those that it must call one of, where that is not all of them. */
  callable: readonly string[] | null;
  mode: 'auto' | 'required';
  isParallel: boolean;
};

const ajv = new Ajv2020({ strict: false });

/**
 * Reads `tools`, `tool_choice` and `parallel_tool_calls`, in their older forms too.
 * Throws a 400 for a choice without tools, an unknown name, and a parameters schema that is none, naming the place.
 */
export function readTools(request: ChatCompletionRequest): ToolPlan {
  const tools =
    request.tools ?? (request.functions ?? []).map((each) => ({ type: 'function' as const, function: each }));
  const choice = request.tool_choice ?? olderChoice(request.function_call) ?? 'auto';
  const names = tools.map((tool) => tool.function.name);
  const isParallel = request.parallel_tool_calls ?? true;
  for (const [index, tool] of tools.entries()) {
    if (names.indexOf(tool.function.name) < index)
      throw badField(`tools[${index}].function.name`, `two tools have the name ${JSON.stringify(tool.function.name)}`);
    checkSchema(tool, `tools[${index}].function.parameters`);
  }
  if (choice === 'none') return { offered: [], callable: null, mode: 'auto', isParallel };
  if (choice !== 'auto' && tools.length === 0)
    throw badField('tool_choice', 'tool_choice wants a tool to be called, and there are no tools; send tools with it');
  if (choice === 'auto' || choice === 'required') return { offered: tools, callable: null, mode: choice, isParallel };
  const chosen = choice.type === 'function' ? [choice] : choice.allowed_tools.tools;
  const callable = chosen.map((tool) => tool.function.name);
  const unknown = callable.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw badField('tool_choice', `tool_choice names ${JSON.stringify(unknown)}; the tools are ${names.join(', ')}`);
  const mode = choice.type === 'function' ? 'required' : choice.allowed_tools.mode;
  // A model that may do as it likes is kept from the others by not seeing them.
  if (mode === 'auto')
    return { offered: tools.filter((tool) => callable.includes(tool.function.name)), callable: null, mode, isParallel };
  // One that must be called by name is called once.
  return { offered: tools, callable, mode, isParallel: isParallel && choice.type !== 'function' };
}

function olderChoice(choice: ChatCompletionRequest['function_call']): ChatCompletionRequest['tool_choice'] {
  if (choice === null || choice === undefined || typeof choice === 'string') return choice;
  return { type: 'function', function: { name: choice.name } };
}

function checkSchema({ function: { parameters } }: ChatTool, where: string): void {
  if (!parameters) return;
  if (parameters.type !== undefined && parameters.type !== 'object')
    throw badField(`${where}.type`, `${where}.type is ${JSON.stringify(parameters.type)}; it must be "object"`);
  checkJsonSchema(parameters, where);
}

/** Throws a 400 where a value is no JSON Schema, naming the place in it. */
export function checkJsonSchema(schema: { readonly [key: string]: unknown }, where: string): void {
  let reason: string | null = null;
  let path = where;
  try {
    if (!ajv.validateSchema(schema)) {
      const [error] = ajv.errors ?? [];
      path = `${where}${(error?.instancePath ?? '').replaceAll('/', '.')}`;
      reason = error?.message ?? 'is no JSON Schema';
    }
  } catch (error) {
    reason = (error as Error).message;
  }
  if (reason !== null) throw badField(path, `${path} ${reason}`.replace(/\s+/g, ' '), 'invalid_schema');
}
