import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { LanternError } from '../../errors.ts';
import { Tokenizer } from '../../tokenizer/tokenizer.ts';
import { type ExactJson, type ExactObject, parseExactJson } from '../exact-json.ts';
import type { RenderOptions } from '../messages.ts';
import { ChatTemplate } from './chat-template.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/chat/${name}`, import.meta.url), 'utf8');
const tokenizer = Tokenizer.from({ kind: 'json', tokenizerJson: fixture('tokenizer.json'), tokenizerConfigJson: null });
const controlTokens = tokenizer.addedTokens.filter((token) => token.special).map((token) => token.content);
const template = new ChatTemplate(fixture('chat_template.jinja'), { controlTokens });
const conversations = (parseExactJson(fixture('golden.json'), 'golden.json') as ExactObject).get('conversations');

for (const conversation of conversations as readonly ExactObject[]) {
  test(`golden: ${conversation.get('name')}`, () => {
    const options = Object.fromEntries(conversation.get('options') as ExactObject) as RenderOptions;
    const render = () => template.render(conversation.get('messages') as readonly ExactObject[], options);
    const expected: ExactJson | undefined = conversation.get('text');
    if (typeof expected === 'string') {
      const { text, segments } = render();
      assert.equal(text, expected);
      assert.equal(segments.map((segment) => segment.text).join(''), expected);
    } else {
      assert.throws(render, (error) => {
        assert.ok(error instanceof LanternError);
        assert.deepEqual([error.code, error.message], ['template-refused', conversation.get('error')]);
        return true;
      });
    }
  });
}

const user = { role: 'user', content: 'q' } as const;

test('the built-in template: thinking on, off and not given', () => {
  const builtIn = new ChatTemplate(
    readFileSync(new URL('../../../../../models/tiny/chat_template.jinja', import.meta.url), 'utf8'),
    { controlTokens },
  );
  const render = (enable_thinking?: boolean) =>
    builtIn.render([user], { add_generation_prompt: true, enable_thinking }).text;
  const turns = '<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n<think>\n';
  assert.equal(render(), turns);
  assert.equal(render(true), turns);
  assert.equal(render(false), `${turns}\n</think>\n\n`);
});

test('options that are not given are undefined for the template', () => {
  const probe = new ChatTemplate(
    '{{ enable_thinking is defined }} {{ add_vision_id is defined }} {{ tools is none }} {{ add_generation_prompt }}',
    { controlTokens },
  );
  assert.equal(probe.render([user]).text, 'False False True False');
  const all = { enable_thinking: false, add_vision_id: true, tools: [], add_generation_prompt: true };
  assert.equal(probe.render([user], all).text, 'True True False True');
});

function argumentsRendered(args: unknown): string {
  const call = { function: { name: 'f', arguments: args as string } };
  const { text } = template.render([user, { role: 'assistant', content: '', tool_calls: [call] }]);
  return /<function=f>\n(.*)<\/function>/s.exec(text)![1]!;
}

test('arguments as JSON text are the same as arguments as an object', () => {
  assert.equal(
    argumentsRendered('{"b": 1.0, "2": [1e-5, 12345678901234567890], "1": "x"}'),
    '<parameter=b>\n1.0\n</parameter>\n<parameter=2>\n[1e-05, 12345678901234567890]\n</parameter>\n<parameter=1>\nx\n</parameter>\n',
  );
  assert.equal(argumentsRendered('{"a": {"k": "v"}}'), argumentsRendered({ a: { k: 'v' } }));
  assert.equal(argumentsRendered(''), argumentsRendered({}));
});

test('arguments that are no JSON object are refused with their place', () => {
  for (const text of ['{"a": ', '[1]', '"x"', 'null', 'call me']) {
    assert.throws(() => argumentsRendered(text), {
      name: 'LanternError',
      code: 'bad-input',
      message: /^messages\[1\]\.tool_calls\[0\]\.function\.arguments /,
    });
  }
});

test('messages are not changed by rendering', () => {
  const call = { function: { name: 'f', arguments: '{"a": 1}' } };
  const messages = [user, { role: 'assistant', content: '<|im_end|>', tool_calls: [call] }] as const;
  const before = JSON.stringify(messages);
  template.render(messages);
  assert.equal(JSON.stringify(messages), before);
});

const expressions: [source: string, text: string][] = [
  ["{{ 1 ~ '-' ~ 1.0 ~ true ~ none }}", '1-1.0TrueNone'],
  ["{{ '  a '.strip() ~ '|' ~ 'xxax'.lstrip('x') ~ '|' ~ 'axx'.rstrip('x') }}", 'a|ax|a'],
  ["{{ 'a,b,c'.split(',', 1) }}", "['a', 'b,c']"],
  ["{{ 'a b  c'.split() }}", "['a', 'b', 'c']"],
  ["{{ 'aXbXc'.replace('X', '-') ~ ('aXbXc' | replace('X', '+')) }}", 'a-b-ca+b+c'],
  ["{{ 'abc'.startswith('ab') ~ 'abc'.endswith(('x', 'c')) ~ 'abc'.startswith('b') }}", 'TrueTrueFalse'],
  [
    "{{ 1 == 1.0 }} {{ '1' == 1 }} {{ none == nothing }} {{ [1] == [1] }} {{ {'a': 1} != {'a': 2} }}",
    'True False False True True',
  ],
  [
    "{{ 'b' in 'abc' }} {{ 'x' in ['x'] }} {{ 'k' in {'k': 1} }} {{ 'z' not in 'abc' }} {{ 2 in [1, 2] }}",
    'True True True True True',
  ],
  ['{% for k, v in nothing | items %}x{% endfor %}|', '|'],
  ['{% for i in range(2, 8, 3) %}{{ i }},{% endfor %}{{ range(3) | length }}', '2,5,3'],
  ["{{ none }} {{ nothing }} {{ {'a': [true, 1.0]} | tojson }}", 'None  {"a": [true, 1.0]}'],
  ['{%- macro m(x) -%}<{{ x }}>{%- endmacro -%}{{ m(none) }}{% set y = m(1) %}{{ y }}', '<None><1>'],
];

for (const [source, text] of expressions) {
  test(`as in Python's Jinja: ${source}`, () => {
    assert.equal(new ChatTemplate(source, { controlTokens }).render([user]).text, text);
  });
}

test('a template that cannot be parsed is a bad checkpoint', () => {
  for (const source of ['{% if x %}', '{{ 1 + }}', '{% nonsense %}']) {
    assert.throws(() => new ChatTemplate(source, { controlTokens }), { name: 'LanternError', code: 'bad-checkpoint' });
  }
});

test('a template that fails, and values that no template can take', () => {
  const failing = new ChatTemplate('{{ messages[0].content | items }}', { controlTokens });
  assert.throws(() => failing.render([user]), { code: 'template-refused', message: /Can only get item pairs/ });
  const endless = new ChatTemplate('{{ range(100000000) }}', { controlTokens });
  assert.throws(() => endless.render([user]), { code: 'template-refused', message: /range\(100000000\)/ });
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  assert.throws(() => template.render([user], { tools: [circular] }), { code: 'bad-input', message: /nested/ });
  assert.throws(() => template.render([user], { tools: [{ f: () => 1 }] }), { code: 'bad-input', message: /function/ });
});
