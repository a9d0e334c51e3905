import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleTools } from './example-tools.ts';
import { readTools } from './read-tools.ts';

const weather = {
  name: 'get_weather',
  description: 'Weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const wrapped = { type: 'function' as const, function: weather };

test('tools are read in every form that people have them in', () => {
  const { parameters, ...rest } = weather;
  for (const form of [
    wrapped,
    [wrapped],
    weather,
    [weather],
    { type: 'function', ...weather },
    { tools: [wrapped], model: 'x' },
    { ...rest, input_schema: parameters },
  ])
    assert.deepEqual(readTools(JSON.stringify(form, null, 2)), { tools: [wrapped], faults: [] }, JSON.stringify(form));
  assert.deepEqual(readTools(' \n'), { tools: [], faults: [] });
  assert.deepEqual(readTools('[]'), { tools: [], faults: [] });
  const examples = exampleTools.map(({ tool }) => tool);
  assert.deepEqual(readTools(JSON.stringify(examples)), { tools: examples, faults: [] });
});

/** Messages, and what stands at the offsets. */
function faultsIn(text: string): [string, string][] {
  return readTools(text).faults.map(({ message, offset }) => [message, text.slice(offset, offset + 9)]);
}

test('a fault names its place, its value and what may be there', () => {
  const withCity = (city: unknown) => ({ ...weather, parameters: { type: 'object', properties: { city } } });
  const types = '"string", "number", "integer", "boolean", "object", "array", "null"';
  for (const [value, message, at] of [
    [
      [{ type: 'function', function: withCity({ type: 'text' }) }],
      `tools[0].function.parameters.properties.city.type is "text"; it must be one of ${types}`,
      '"text"}}}',
    ],
    [
      withCity({ type: 'string', enum: 'a' }),
      'tools[0].parameters.properties.city.enum is "a"; it must be a list',
      '"a"}}}}',
    ],
    [
      withCity({ anyOf: [{ minLength: -1 }] }),
      'tools[0].parameters.properties.city.anyOf[0].minLength is -1; it must be a whole number from 0 up',
      '-1}]}}}}',
    ],
    [
      { ...weather, parameters: { type: 'array' } },
      'tools[0].parameters.type is "array"; it must be "object"',
      '"array"}}',
    ],
    [[wrapped, 7], 'tools[1] is 7; it must be an object that describes a tool', '7]'],
    [[wrapped, weather], 'tools[1].name is "get_weather", as that of another tool; it must be its own', '"get_weat'],
    [{ type: 'function', function: {} }, 'tools[0].function.name is missing; it must be a string', '{}}'],
  ] as const)
    assert.deepEqual(faultsIn(JSON.stringify(value)), [[message, at]]);
  assert.match(faultsIn('[{"name": "get weather"}]')[0]![0], /^tools\[0\]\.name is "get weather"; it must /);
  // A schema may have several.
  const two = { a: { type: 'x' }, b: { pattern: '(' } };
  assert.equal(faultsIn(JSON.stringify({ name: 'f', parameters: { type: 'object', properties: two } })).length, 2);
});

test('what is no JSON is told by line and column', () => {
  for (const [text, message, at] of [
    ['[\n  {"name" "f"}]', 'line 2, column 11: there is "\\"" where a colon should be', '"f"}]'],
    ['{"name": "f",}', 'line 1, column 14: there is "}" where a name in quotes should be', '}'],
    ['{"name": "f"', 'line 1, column 13: the text ends where a comma or } should be', ''],
    ['[{"strict": True}]', 'line 1, column 13: there is "T" where a value should be', 'True}]'],
    ['{"name": "f"} {}', 'line 1, column 15: there is "{" where the end should be', '{}'],
    ['{"name": "f', 'line 1, column 10: there is "\\"" where a text that ends on its line should be', '"f'],
  ] as const)
    assert.deepEqual(faultsIn(text), [[message, at]]);
});
