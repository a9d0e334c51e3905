import { createDocument } from 'zod-openapi';
import { paths } from './paths.ts';

export type OpenApiOptions = {
  /** Version of the server. */
  version: string;
  /** Where it answers, without a path. */
  serverUrl?: string;
};

export type OpenApiDocument = ReturnType<typeof createDocument>;

const description = `Qwen 3.5 behind the interfaces that programs know: OpenAI's chat completions, completions and
responses, Anthropic's messages, and the fields that vLLM and Model Studio add.

Fields that are not described are taken and passed over; a field that is described and cannot be honoured is refused
with status 400. Null says the same as leaving a field out. An unknown path is answered with 404, a wrong method with
405. An error in the midst of a stream comes as an event whose data are an error body, and ends the stream.

Pictures are sent as a data: address with base64 (20 MB at the most), as a link to a domain that the server allows, or as
the id of a file that was uploaded to /v1/files. What is over its limit is answered with 413, which says how to shrink it;
what cannot be fetched or read with 400 and the code invalid_media.

The paths under /v1 are also there under Model Studio's prefix, /compatible-mode/v1.`;

const tags = [
  { name: 'Chat', description: 'Answers to conversations.' },
  { name: 'Completions', description: 'Continuations of plain texts.' },
  { name: 'Responses', description: "OpenAI's Responses." },
  { name: 'Messages', description: "Anthropic's Messages." },
  { name: 'Files', description: 'Pictures and videos that are uploaded once and named by their ids.' },
  { name: 'Models', description: 'What can be asked.' },
  { name: 'Tokens', description: 'From texts to tokens and back.' },
  { name: 'Status', description: 'The server itself.' },
];

/** The OpenAPI 3.1 document of the server, made from the schemas. */
export function openApiDocument({ version, serverUrl = 'http://127.0.0.1:8000' }: OpenApiOptions): OpenApiDocument {
  const base = serverUrl.replace(/\/+$/, '');
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Lantern',
      version,
      summary: 'The Qwen 3.5 API',
      description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      { url: base, description: 'The server.' },
      { url: `${base}/compatible-mode`, description: "Model Studio's prefix; only the paths under /v1." },
    ],
    tags,
    // The empty one: a server without keys asks for none.
    security: [{ bearer: [] }, { apiKey: [] }, {}],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A key of the server: `Authorization: Bearer KEY`.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'A key of the server.' },
      },
    },
  });
}
