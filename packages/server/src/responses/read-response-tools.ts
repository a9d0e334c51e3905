import type { ChatCompletionRequest, ChatTool, ResponseRequest, ResponseTool } from '@lantern/api';
import { badField } from '../http/api-error.ts';
import type { FieldNames } from './field-names.ts';

type ToolFields = Pick<ChatCompletionRequest, 'tools' | 'tool_choice' | 'enable_search' | 'search_options'>;
type SearchTool = Extract<ResponseTool, { filters?: unknown }>;

/**
 * The tools of a response request in the chat's form: functions stay functions, a search tool is `enable_search`.
 * Throws a 400 for tools that only run at the vendors.
 */
export function readResponseTools(request: ResponseRequest, names: FieldNames): ToolFields {
  const tools: ChatTool[] = [];
  let search = request.enable_search ?? false;
  let options = request.search_options ?? undefined;
  for (const [index, tool] of (request.tools ?? []).entries()) {
    const where = `tools[${index}]`;
    if (tool.type === 'function') {
      const { name, description, parameters, strict } = tool;
      names.add(`tools[${tools.length}].function`, where);
      tools.push({ type: 'function', function: { name, description, parameters, strict } });
    } else if (isSearch(tool)) {
      names.add('enable_search', where);
      if (tool.filters) names.add('search_options.assigned_site_list', `${where}.filters`);
      search = true;
      options = { ...searchOptions(tool, where), ...options };
    } else {
      throw badField(
        `${where}.type`,
        `${where}.type is ${JSON.stringify(tool.type)}; this tool does not run here, offer a function that does it`,
        'unsupported_field',
      );
    }
  }
  const choice = readChoice(request, search);
  if (choice === 'search') options = { ...options, forced_search: true };
  return {
    ...(tools.length > 0 && { tools }),
    ...(choice !== undefined && choice !== 'search' && { tool_choice: choice }),
    ...(search && { enable_search: true, ...(options && { search_options: options }) }),
  };
}

function isSearch(tool: ResponseTool): tool is SearchTool {
  return tool.type.startsWith('web_search') && tool.type !== 'web_search_image';
}

function searchOptions(tool: SearchTool, where: string): NonNullable<ChatCompletionRequest['search_options']> {
  const { user_location: location, filters, search_context_size: size } = tool;
  if (location)
    throw badField(
      `${where}.user_location`,
      `${where}.user_location cannot be honoured by this server; say in the input where the user is`,
      'unsupported_field',
    );
  const { allowed_domains: sites, ...others } = filters ?? {};
  const [other] = Object.keys(others);
  if (other !== undefined || (sites !== undefined && sites !== null && !isTexts(sites)))
    throw badField(
      `${where}.filters`,
      `${where}.filters has ${other ?? 'no list of names in allowed_domains'}; only allowed_domains, a list of sites, can be honoured`,
      'unsupported_field',
    );
  return {
    ...(isTexts(sites) && sites.length > 0 && { assigned_site_list: sites }),
    ...(size === 'high' && { search_strategy: 'max' as const }),
  };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** The choice in the chat's form; `search` where the server's search must be used. */
function readChoice(
  { tool_choice: choice }: ResponseRequest,
  search: boolean,
): ChatCompletionRequest['tool_choice'] | 'search' {
  if (choice === null || choice === undefined || typeof choice === 'string') return choice ?? undefined;
  switch (choice.type) {
    case 'function':
      return { type: 'function', function: { name: choice.name } };
    case 'allowed_tools': {
      const tools = choice.tools.map(({ type, name }, index) => {
        if (type === 'function' && name) return { type, function: { name } } as const;
        const where = `tool_choice.tools[${index}]`;
        throw badField(where, `${where} names no function; only functions can be allowed`, 'unsupported_field');
      });
      return { type: 'allowed_tools', allowed_tools: { mode: choice.mode, tools } };
    }
    default:
      if (search) return 'search';
      throw badField('tool_choice', `tool_choice wants ${choice.type}, and tools does not have it`);
  }
}
