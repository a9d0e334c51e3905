/** What goes wrong, how a reply says it, and when. `anthropic` is the type that /v1/messages gives it. */
export const errorCodes = {
  invalid_json: entry(400, 'The body is not JSON.'),
  invalid_request: entry(
    400,
    'A field is missing, of a wrong type or out of its range, or fields contradict each other.',
  ),
  unsupported_field: entry(400, 'A field that is known and that this server cannot honour.'),
  unsupported_content: entry(400, 'A picture, video, sound or file that this model or server does not take.'),
  invalid_media: entry(400, 'A picture or video that cannot be fetched or read.'),
  invalid_schema: entry(400, 'A JSON Schema, regular expression or grammar that is wrong or cannot be kept to.'),
  context_length_exceeded: entry(400, 'Prompt and answer are longer than the context.'),
  template_refused: entry(400, 'The chat template does not take this conversation.'),
  search_not_configured: entry(400, 'enable_search without a search provider.'),
  invalid_api_key: entry(401, 'The key is missing or wrong.'),
  permission_denied: entry(403, 'The key or the host is not allowed to do this.'),
  model_not_found: entry(404, 'No such model.'),
  response_not_found: entry(404, 'No such stored response.'),
  file_not_found: entry(404, 'No such uploaded file.'),
  not_found: entry(404, 'No such path.'),
  method_not_allowed: entry(405, 'The path is there, for another method.'),
  request_timeout: entry(408, 'The body came too slowly.'),
  conflict: entry(409, 'Something else is being done with the same object.'),
  request_too_large: entry(413, 'The body, or a picture, video or file in it, is over its limit.'),
  storage_full: entry(413, 'There is no room for another file; delete some.'),
  unsupported_media_type: entry(
    415,
    'The body is not declared as application/json; of an upload, as multipart/form-data.',
  ),
  unprocessable: entry(422, 'The body is well formed and makes no sense.'),
  rate_limit_exceeded: entry(
    429,
    'Too many requests, or the waiting queue is full. Retry-After says when to come again.',
  ),
  insufficient_quota: entry(429, 'The budget of the key is used up.'),
  client_closed: entry(499, 'The client went away; for logs only.'),
  server_error: entry(500, 'A bug.'),
  invalid_output: entry(500, 'The answer does not keep to the schema that was asked for under strict.'),
  upstream_error: entry(502, 'The server behind this one failed.'),
  model_loading: entry(503, 'The model is not loaded yet. /health tells how far it is.'),
  shutting_down: entry(503, 'The server is about to end.'),
  overloaded: entry(503, 'No room for the request now.'),
  timeout: entry(504, 'The answer took too long.'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCodes;

export type ErrorEntry = {
  /** HTTP status. */
  status: number;
  /** `type` of OpenAI's form. */
  type: string;
  /** `type` of Anthropic's form. */
  anthropic: string;
  /** When it happens. */
  meaning: string;
};

function entry(status: number, meaning: string): ErrorEntry {
  return { status, type: openAiType(status), anthropic: anthropicType(status), meaning };
}

function openAiType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 404) return 'not_found_error';
  if (status === 429) return 'rate_limit_error';
  if (status === 503) return 'unavailable_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}

function anthropicType(status: number): string {
  if (status === 413) return 'request_too_large';
  if (status === 503) return 'overloaded_error';
  if (status === 504) return 'timeout_error';
  return status < 500 ? openAiType(status) : 'api_error';
}
