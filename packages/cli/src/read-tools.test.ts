import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readTools } from './read-tools.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lantern-tools-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test("tools in OpenAI's form and bare functions pass", async () => {
  const tools = [
    { type: 'function', function: { name: 'clock' } },
    { name: 'add', description: 'Adds.', parameters: { type: 'object' } },
  ];
  const path = join(folder, 'good.json');
  await writeFile(path, JSON.stringify(tools));
  assert.deepEqual(await readTools(path), tools);
});

const wrong: [string, RegExp][] = [
  ['{', /is not JSON/],
  ['{"tools": []}', /it holds {"tools":\[\]}; a list of tools is expected/],
  ['["clock"]', /\[0\] is "clock"; an object is expected/],
  ['[{"type": "retrieval", "function": {}}]', /\[0\]\.type is "retrieval"; "function" is expected/],
  ['[{"type": "function", "function": 3}]', /\[0\]\.function is 3; an object is expected/],
  ['[{"type": "function"}]', /\[0\]\.name is missing; a text is expected/],
  ['[{"name": "a"}, {"function": {"name": ""}}]', /\[1\]\.function\.name is ""; a text is expected/],
  ['[{"name": "a", "description": 1}]', /\[0\]\.description is 1; a text is expected/],
  ['[{"name": "a", "parameters": []}]', /\[0\]\.parameters is \[\]; a JSON Schema, an object, is expected/],
  ['[{"name": "a"}, {"name": "a"}]', /two tools are named "a"/],
];
for (const [content, message] of wrong)
  test(`refused: ${content}`, async () => {
    const path = join(folder, 'wrong.json');
    await writeFile(path, content);
    await assert.rejects(readTools(path), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'bad-input');
      assert.ok(error.message.startsWith(path), error.message);
      assert.match(error.message, message);
      return true;
    });
  });
