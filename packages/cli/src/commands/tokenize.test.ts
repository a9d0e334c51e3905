import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const fixture = fileURLToPath(new URL('../../../engine/fixtures/tokenizer', import.meta.url));
const { strings } = JSON.parse(readFileSync(join(fixture, 'golden.json'), 'utf8')) as {
  strings: { text: string; ids: number[]; ids_no_special: number[]; decoded: string; decoded_skip_special: string }[];
};

function lantern(args: string[], input = ''): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'tokenize', ...args], {
    input,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

function printed(args: string[], input?: string): string {
  const { status, stdout, stderr } = lantern(args, input);
  assert.deepEqual([status, stderr], [0, '']);
  return stdout;
}

test('--stdin-json gives the golden ids and texts', () => {
  const texts = JSON.stringify(strings.map(({ text }) => text));
  const ids = strings.map((item) => item.ids);
  assert.deepEqual(JSON.parse(printed([fixture, '--stdin-json'], texts)), ids);
  assert.deepEqual(
    JSON.parse(printed([fixture, '--stdin-json', '--no-special'], texts)),
    strings.map((item) => item.ids_no_special),
  );
  const idsJson = JSON.stringify(ids);
  assert.deepEqual(
    JSON.parse(printed([fixture, '--stdin-json', '--decode'], idsJson)),
    strings.map((item) => item.decoded),
  );
  assert.deepEqual(
    JSON.parse(printed([fixture, '--stdin-json', '--decode', '--no-special'], idsJson)),
    strings.map((item) => item.decoded_skip_special),
  );
});

test('tokenizer.json alone is enough, the text comes from an argument or from standard input', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lantern-'));
  try {
    copyFileSync(join(fixture, 'tokenizer.json'), join(folder, 'tokenizer.json'));
    assert.equal(printed([folder, '<|im_start|>user\nHi']), '2257 345 270 198 39 72\n');
    assert.equal(printed([folder], '<|im_start|>user\nHi'), '2257 345 270 198 39 72\n');
    assert.deepEqual(JSON.parse(printed([folder, '--json', 'Hi'])), { ids: [39, 72], tokens: ['H', 'i'] });
    assert.equal(printed([folder, '--decode', '39, 72 198']), 'Hi\n');
    assert.equal(printed([folder, '--decode', '--json', '[39,72]']), '{"text":"Hi"}\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the built-in model is the default', () => {
  assert.equal(printed(['--decode'], printed([], 'A lantern.')), 'A lantern.');
});

const wrong: [name: string, args: string[], input: string, status: number, message: RegExp][] = [
  ['no such model', ['no-such-folder', 'x'], '', 1, /no-such-folder/],
  ['not JSON', [fixture, '--stdin-json'], '[', 1, /not JSON/],
  ['not an array', [fixture, '--stdin-json'], '{}', 1, /array/],
  ['not a text', [fixture, '--stdin-json'], '["a", 1]', 1, /item 1 of the array is 1/],
  ['not an id', [fixture, '--decode', '39 x'], '', 1, /"x" is no token id/],
  ['an id out of range', [fixture, '--decode', '2289'], '', 1, /2289 is no token id; 0 to 2288/],
  ['two texts', [fixture, '--stdin-json', 'x'], '', 2, /standard input/],
  ['an unknown option', [fixture, '--nonsense'], '', 2, /nonsense/],
];

for (const [name, args, input, status, message] of wrong) {
  test(`one line and status ${status}: ${name}`, () => {
    const result = lantern(args, input);
    assert.equal(result.status, status);
    assert.equal(result.stdout, '');
    assert.match(result.stderr, message);
    assert.doesNotMatch(result.stderr, /^ +at /m);
  });
}
