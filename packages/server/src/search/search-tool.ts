import type { ChatTool } from '@lantern/api';

/** Name of the tool that searches. `search` itself is reserved in Model Studio's protocol, where tools may not have it. */
export const SEARCH_TOOL_NAME = 'search_web';

/** The tool that is offered to the model where a request enables search. */
export const searchTool: ChatTool = {
  type: 'function',
  function: {
    name: SEARCH_TOOL_NAME,
    description:
      'Searches for sources about a topic. Call it when the answer depends on recent events or on facts that you are ' +
      'not sure of. It returns numbered sources; in the answer, put the number of each source that you use in brackets ' +
      'behind the sentence that it supports, such as [1].',
    parameters: {
      type: 'object',
      properties: {
        query: { type: 'string', description: 'What to search for, in a few words, as for a search engine.' },
      },
      required: ['query'],
    },
  },
};
