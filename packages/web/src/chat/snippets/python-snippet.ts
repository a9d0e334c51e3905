import { type LiteralStyle, literal } from './literal.ts';
import { baseUrlOf, KEY_VARIABLE, NO_KEY, type SnippetRequest } from './snippet-request.ts';

/** Fields that OpenAI's client for Python has arguments for; it takes others as `extra_body`. */
const ARGUMENTS: ReadonlySet<string> = new Set([
  ...['model', 'messages', 'stream', 'stream_options', 'tools', 'tool_choice', 'parallel_tool_calls'],
  ...['temperature', 'top_p', 'presence_penalty', 'frequency_penalty', 'logit_bias', 'seed', 'stop'],
  ...['max_tokens', 'max_completion_tokens', 'n', 'logprobs', 'top_logprobs', 'response_format'],
  ...['reasoning_effort', 'user', 'metadata', 'store'],
]);

/** A request as a program with OpenAI's client for Python. */
export function pythonSnippet({ url, body }: SnippetRequest): string {
  const fields = Object.entries(body).filter(([, value]) => value !== undefined);
  const own = fields.filter(([name]) => ARGUMENTS.has(name));
  const others = fields.filter(([name]) => !ARGUMENTS.has(name));
  const all = others.length === 0 ? own : [...own, ['extra_body', Object.fromEntries(others)] as const];
  const args = all.map(([name, value]) => `    ${name}=${literal(value, style, '    ')},\n`);
  return `import os

from openai import OpenAI

client = OpenAI(
    base_url=${JSON.stringify(baseUrlOf(url))},
    api_key=os.environ.get("${KEY_VARIABLE}", "${NO_KEY}"),
)

stream = client.chat.completions.create(
${args.join('')})

for chunk in stream:
    for choice in chunk.choices:
        thought = getattr(choice.delta, "reasoning_content", None)
        print(thought or choice.delta.content or "", end="", flush=True)
`;
}

const style: LiteralStyle = {
  indent: '    ',
  word: (value) => (value === null ? 'None' : value ? 'True' : 'False'),
  name: (name) => JSON.stringify(name),
};
