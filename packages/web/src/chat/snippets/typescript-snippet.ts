import { type LiteralStyle, literal } from './literal.ts';
import { baseUrlOf, KEY_VARIABLE, NO_KEY, type SnippetRequest } from './snippet-request.ts';

/** A request as a program with OpenAI's client for TypeScript. */
export function typescriptSnippet({ url, body }: SnippetRequest): string {
  return `import OpenAI from "openai";

const client = new OpenAI({
  baseURL: ${JSON.stringify(baseUrlOf(url))},
  apiKey: process.env.${KEY_VARIABLE} ?? "${NO_KEY}",
});

// Fields beyond OpenAI's own are sent as they are; the assertion lets them pass.
const stream = await client.chat.completions.create(${literal(body, style)} as OpenAI.ChatCompletionCreateParamsStreaming);

for await (const chunk of stream) {
  const delta: { content?: string | null; reasoning_content?: string } = chunk.choices[0]?.delta ?? {};
  process.stdout.write(delta.reasoning_content ?? delta.content ?? "");
}
`;
}

const style: LiteralStyle = { indent: '  ', word: String, name: propertyName };

function propertyName(name: string): string {
  // Without brackets it would be the prototype.
  if (name === '__proto__') return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
