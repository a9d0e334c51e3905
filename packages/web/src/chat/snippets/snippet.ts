import { curlSnippet } from './curl-snippet.ts';
import { pythonSnippet } from './python-snippet.ts';
import type { SnippetRequest } from './snippet-request.ts';
import { typescriptSnippet } from './typescript-snippet.ts';

/** A form that a request is shown in. `language` is the highlighter's name of it. */
export type Snippet = { id: string; title: string; language: string; write: (request: SnippetRequest) => string };

export const snippets: readonly Snippet[] = [
  { id: 'json', title: 'JSON', language: 'json', write: ({ body }) => JSON.stringify(body, null, 2) },
  { id: 'curl', title: 'cURL', language: 'bash', write: curlSnippet },
  { id: 'python', title: 'Python', language: 'python', write: pythonSnippet },
  { id: 'typescript', title: 'TypeScript', language: 'typescript', write: typescriptSnippet },
];
