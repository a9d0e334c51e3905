import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const fixture = fileURLToPath(new URL('../../../engine/fixtures/chat', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lantern-'));
after(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'chat.json');
  writeFileSync(path, text);
  return path;
}

function lantern(args: string[], input = ''): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'render', ...args], {
    input,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const floats = `{"messages": [{"role": "user", "content": "1"}, {"role": "assistant", "content": "", "tool_calls":
  [{"function": {"name": "f", "arguments": {"b": 1.0, "2": 1e-5, "1": {"10": 1, "9": 2}}}}]}],
  "options": {"add_generation_prompt": true, "enable_thinking": false}}`;
const rendered =
  '<|im_start|>user\n1<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n<tool_call>\n<function=f>\n' +
  '<parameter=b>\n1.0\n</parameter>\n<parameter=2>\n1e-05\n</parameter>\n<parameter=1>\n{"10": 1, "9": 2}\n</parameter>\n' +
  '</function>\n</tool_call><|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n';

test('exactly the prompt, numbers and key order kept', () => {
  assert.deepEqual(lantern([fixture, file(floats)]), { status: 0, stdout: rendered, stderr: '' });
});

test('the built-in model is the default, - is standard input', () => {
  assert.deepEqual(lantern(['-'], floats), { status: 0, stdout: rendered, stderr: '' });
});

test('a refusal of the template goes to standard error with status 1', () => {
  const result = lantern([fixture, file('{"messages": [{"role": "system", "content": "x"}]}')]);
  assert.deepEqual(result, { status: 1, stdout: '', stderr: 'lantern: No user query found in messages.\n' });
});

const wrong: [name: string, args: () => string[], status: number, message: RegExp][] = [
  ['no such file', () => [fixture, 'no-such.json'], 1, /no-such\.json/],
  ['not JSON', () => [fixture, file('{"messages"')], 1, /chat\.json is not JSON/],
  ['no messages', () => [fixture, file('{}')], 1, /chat\.json must be/],
  ['an unknown option', () => [fixture, file('{"messages": [], "options": {"x": 1}}')], 1, /unknown option "x"/],
  ['no template', () => [join(fixture, '../tokenizer'), file(floats)], 1, /no chat template/],
  ['no argument', () => [], 2, /argument/],
  ['three arguments', () => ['a', 'b', 'c'], 2, /not 3 arguments/],
];

for (const [name, args, status, message] of wrong) {
  test(`one line and status ${status}: ${name}`, () => {
    const result = lantern(args());
    assert.equal(result.status, status);
    assert.equal(result.stdout, '');
    assert.match(result.stderr, message);
    assert.doesNotMatch(result.stderr, /^ +at /m);
  });
}
