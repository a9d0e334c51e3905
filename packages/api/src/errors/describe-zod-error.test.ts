import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatCompletionRequest } from '../chat/chat-completion-request.ts';
import { completionRequest } from '../completions/completion-request.ts';
import { countTokensRequest, messagesRequest } from '../messages/messages-request.ts';
import { responseRequest } from '../responses/response-request.ts';
import { detokenizeRequest, tokenizeRequest } from '../tokens/tokenize.ts';
import { describeZodError } from './describe-zod-error.ts';

const messages = [{ role: 'user', content: 'Hi' }];
const tool = (name: string) => ({ type: 'function', function: { name } });

const rows: [what: string, body: unknown, message: string | RegExp, param: string | null][] = [
  ['no object', 4, 'the body is 4; it must be an object', null],
  ['a list', [], 'the body is an empty list; it must be an object', null],
  ['messages missing', {}, 'messages is missing; it must be a list', 'messages'],
  ['no messages', { messages: [] }, 'messages is an empty list; it must not be empty', 'messages'],
  ['messages a text', { messages: 'Hi' }, 'messages is "Hi"; it must be a list', 'messages'],
  [
    'unknown role',
    { messages: [{ role: 'robot', content: 'x' }] },
    'messages[0].role is "robot"; it must be "developer", "system", "user", "assistant", "tool" or "function"',
    'messages[0].role',
  ],
  [
    'no role',
    { messages: [{ content: 'x' }] },
    /^messages\[0\]\.role is missing; it must be "developer", /,
    'messages[0].role',
  ],
  ['a message that is null', { messages: [null] }, 'messages[0] is null; it must be an object', 'messages[0]'],
  [
    'content of no form',
    { messages: [{ role: 'user', content: 5 }] },
    'messages[0].content is 5; it must be a string or a list',
    'messages[0].content',
  ],
  [
    'content missing',
    { messages: [...messages, { role: 'user' }] },
    'messages[1].content is missing; it must be a string or a list',
    'messages[1].content',
  ],
  [
    'content empty',
    { messages: [{ role: 'user', content: [] }] },
    'messages[0].content is an empty list; it must not be empty',
    'messages[0].content',
  ],
  [
    'unknown part',
    { messages: [{ role: 'user', content: [{ type: 'txt', text: 'a' }] }] },
    /^messages\[0\]\.content\[0\]\.type is "txt"; it must be "text", "image_url", /,
    'messages[0].content[0].type',
  ],
  [
    'picture without address',
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
    'messages[0].content[0].image_url.url is missing; it must be a string',
    'messages[0].content[0].image_url.url',
  ],
  [
    'picture of no form',
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: 3 }] }] },
    'messages[0].content[0].image_url is 3; it must be an object or a string',
    'messages[0].content[0].image_url',
  ],
  ['n too big', { messages, n: 17 }, 'n is 17; it must be an integer from 1 to 16', 'n'],
  ['n zero', { messages, n: 0 }, 'n is 0; it must be an integer from 1 to 16', 'n'],
  ['n a text', { messages, n: '2' }, 'n is "2"; it must be an integer from 1 to 16', 'n'],
  ['n broken', { messages, n: 1.5 }, 'n is 1.5; it must be an integer from 1 to 16', 'n'],
  ['too hot', { messages, temperature: 3 }, 'temperature is 3; it must be a number from 0 to 2', 'temperature'],
  [
    'temperature a text',
    { messages, temperature: 'hot' },
    'temperature is "hot"; it must be a number from 0 to 2',
    'temperature',
  ],
  ['top_p zero', { messages, top_p: 0 }, 'top_p is 0; it must be a number greater than 0 and at most 1', 'top_p'],
  ['top_k', { messages, top_k: -2 }, 'top_k is -2; it must be an integer at least -1', 'top_k'],
  ['seed', { messages, seed: 1.5 }, 'seed is 1.5; it must be an integer', 'seed'],
  ['seed too long', { messages, seed: 1e30 }, 'seed is 1e+30; it must be an integer of 64 bits', 'seed'],
  ['stream', { messages, stream: 'yes' }, 'stream is "yes"; it must be true or false', 'stream'],
  ['stop mixed', { messages, stop: [1, 'a'] }, 'stop[1] is "a"; it must be an integer at least 0', 'stop[1]'],
  ['stop mixed the other way', { messages, stop: ['a', 1] }, 'stop[1] is 1; it must be a string', 'stop[1]'],
  ['stop true', { messages, stop: true }, 'stop is true; it must be a string or a list', 'stop'],
  ['stop empty', { messages, stop: '' }, 'stop is ""; it must not be empty', 'stop'],
  ['stop below', { messages, stop: [[5, -1]] }, 'stop[0][1] is -1; it must be an integer at least 0', 'stop[0][1]'],
  [
    'tool name',
    { messages, tools: [tool('search web')] },
    'tools[0].function.name is "search web"; it must match ^[A-Za-z0-9_-]{1,64}$',
    'tools[0].function.name',
  ],
  [
    'tool kind',
    { messages, tools: [{ type: 'custom' }] },
    'tools[0].type is "custom"; it must be "function"',
    'tools[0].type',
  ],
  [
    'tool without function',
    { messages, tools: [{ type: 'function' }] },
    'tools[0].function is missing; it must be an object',
    'tools[0].function',
  ],
  [
    'parameters',
    { messages, tools: [{ type: 'function', function: { name: 'a', parameters: [] } }] },
    'tools[0].function.parameters is an empty list; it must be an object',
    'tools[0].function.parameters',
  ],
  [
    'tool_choice of no name',
    { messages, tool_choice: 'any' },
    'tool_choice is "any"; it must be "none", "auto", "required" or an object',
    'tool_choice',
  ],
  [
    'tool_choice of no kind',
    { messages, tool_choice: { type: 'tool' } },
    'tool_choice.type is "tool"; it must be "function" or "allowed_tools"',
    'tool_choice.type',
  ],
  [
    'tool_choice without name',
    { messages, tool_choice: { type: 'function', function: {} } },
    'tool_choice.function.name is missing; it must be a string',
    'tool_choice.function.name',
  ],
  [
    'format',
    { messages, response_format: { type: 'yaml' } },
    'response_format.type is "yaml"; it must be "text", "json_object" or "json_schema"',
    'response_format.type',
  ],
  [
    'format without schema',
    { messages, response_format: { type: 'json_schema' } },
    'response_format.json_schema is missing; it must be an object',
    'response_format.json_schema',
  ],
  [
    'effort',
    { messages, reasoning_effort: 'huge' },
    'reasoning_effort is "huge"; it must be "none", "minimal", "low", "medium", "high", "xhigh" or "max"',
    'reasoning_effort',
  ],
  [
    'bias key',
    { messages, logit_bias: { hello: 1 } },
    'logit_bias has the key "hello"; keys must match ^\\d+$',
    'logit_bias',
  ],
  [
    'bias',
    { messages, logit_bias: { '5': 101 } },
    'logit_bias["5"] is 101; it must be a number from -100 to 100',
    'logit_bias["5"]',
  ],
  [
    'top_logprobs',
    { messages, top_logprobs: 21 },
    'top_logprobs is 21; it must be an integer from 0 to 20',
    'top_logprobs',
  ],
  [
    'cache_salt',
    { messages, cache_salt: 'x'.repeat(129) },
    /^cache_salt is "x+…" \(131 characters\); it must have at most 128 characters$/,
    'cache_salt',
  ],
  [
    'freshness',
    { messages, search_options: { freshness: 8 } },
    'search_options.freshness is 8; it must be 7, 30, 180 or 365',
    'search_options.freshness',
  ],
  [
    'frames',
    { messages: [{ role: 'user', content: [{ type: 'video', video: ['a'] }] }] },
    'messages[0].content[0].video is a list of 1; it must have at least 4 items',
    'messages[0].content[0].video',
  ],
  [
    'budget',
    { messages, thinking_budget: -1 },
    'thinking_budget is -1; it must be an integer at least 0',
    'thinking_budget',
  ],
];

for (const [what, body, message, param] of rows) {
  test(`says what is wrong: ${what}`, () => {
    const { error } = chatCompletionRequest.safeParse(body);
    assert.ok(error, 'the schema refuses it');
    const described = describeZodError(error, body, chatCompletionRequest);
    if (typeof message === 'string') assert.equal(described.message, message);
    else assert.match(described.message, message);
    assert.equal(described.param, param);
  });
}

test('works without the schema', () => {
  const body = { messages, n: 17 };
  const { error } = chatCompletionRequest.safeParse(body);
  assert.deepEqual(describeZodError(error!, body), { message: 'n is 17; it must be at most 16', param: 'n' });
});

test('of forms that fail at the same place it names what all of them take', () => {
  const say = (input: unknown): string => {
    const { error } = responseRequest.safeParse({ input });
    return describeZodError(error!, { input }, responseRequest).message;
  };
  assert.equal(say(3), 'input is 3; it must be a string or a list');
  assert.match(
    say([{ type: 'foo', role: 'user', content: 'x' }]),
    /^input\[0\]\.type is "foo"; it must be "message", "function_call", /,
  );
  assert.match(say([{ role: 'robot', content: 'x' }]), /^input\[0\]\.role is "robot"; it must be "user", /);
  assert.match(say([{ content: 'x' }]), /^input\[0\]\.role is missing; it must be "user", /);
  assert.equal(say([{ type: 'item_reference' }]), 'input[0].id is missing; it must be a string');
});

test('every schema of a request says something sensible about random bodies', () => {
  const schemas = [
    chatCompletionRequest,
    completionRequest,
    responseRequest,
    messagesRequest,
    countTokensRequest,
    tokenizeRequest,
    detokenizeRequest,
  ];
  const values = [
    undefined,
    null,
    0,
    -1,
    1.5,
    '',
    'x',
    true,
    [],
    {},
    [1],
    ['a'],
    [{}],
    [[1]],
    [null],
    { type: 'x' },
    { type: 'function' },
    [{ type: 'text' }],
    [{ role: 'user', content: [{}] }],
    [{ role: 'tool' }],
  ];
  for (const schema of schemas) {
    for (const name of Object.keys(schema.shape)) {
      for (const value of values) {
        const body = { [name]: value };
        const { error } = schema.safeParse(body);
        if (!error) continue;
        const { message, param } = describeZodError(error, body, schema);
        assert.match(message, /^[^\n]+ (is|has) [^\n]+; [^\n]+|^exactly one of /, message);
        assert.doesNotMatch(
          message,
          /something else|undefined|Invalid input/,
          `${message} for ${JSON.stringify(body)}`,
        );
        assert.ok(param, message);
      }
    }
  }
});
