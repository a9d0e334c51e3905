import { shown } from '../checkpoint/json.ts';
import { LanternError } from '../errors.ts';
import { type ExactJson, ExactNumber, type ExactObject, parseExactJson } from './exact-json.ts';
import type { RenderOptions } from './messages.ts';

/** A conversation to render. Messages and tools keep the numbers and the key order of the file. */
export type ChatRequest = { readonly messages: readonly ExactObject[]; readonly options: RenderOptions };

const flags = ['add_generation_prompt', 'enable_thinking', 'add_vision_id'] as const;

/**
 * Reads `{"messages": [...], "options": {tools, add_generation_prompt, enable_thinking, add_vision_id}}`.
 * What messages may hold is the template's to say; here they must be objects. `what` names the text in errors, which
 * are `bad-input`.
 */
export function parseChatRequest(text: string, what: string): ChatRequest {
  const root = parseExactJson(text, what);
  if (!isObject(root) || !isListOfObjects(root.get('messages'))) {
    throw new LanternError('bad-input', `${what} must be {"messages": [{...}, ...], "options": {...}}`);
  }
  return {
    messages: root.get('messages') as readonly ExactObject[],
    options: renderOptions(root.get('options'), what),
  };
}

function renderOptions(options: ExactJson | undefined, what: string): RenderOptions {
  if (options === undefined || options === null) return {};
  if (!isObject(options)) throw new LanternError('bad-input', `${what}: options must be an object`);
  for (const [name, value] of options) {
    if (name === 'tools') {
      if (value === null || isListOfObjects(value)) continue;
      throw new LanternError('bad-input', `${what}: options.tools must be a list of objects`);
    }
    if (!flags.some((flag) => flag === name)) {
      throw new LanternError(
        'bad-input',
        `${what}: unknown option ${shown(name)}; known are tools, ${flags.join(', ')}`,
      );
    }
    if (typeof value !== 'boolean' && value !== null) {
      throw new LanternError(
        'bad-input',
        `${what}: options.${name} is ${shown(value instanceof ExactNumber ? Number(value.text) : value)}; true or false is expected`,
      );
    }
  }
  const flag = (name: (typeof flags)[number]): boolean | undefined =>
    (options.get(name) as boolean | null) ?? undefined;
  return {
    tools: options.get('tools') as readonly ExactObject[] | null | undefined,
    add_generation_prompt: flag('add_generation_prompt'),
    enable_thinking: flag('enable_thinking'),
    add_vision_id: flag('add_vision_id'),
  };
}

function isObject(value: ExactJson | undefined): value is ExactObject {
  return value instanceof Map;
}

function isListOfObjects(value: ExactJson | undefined): value is readonly ExactObject[] {
  return Array.isArray(value) && value.every(isObject);
}
