import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');

// A fresh user's environment: this Node first, nothing that an npm around us has set for its own project.
const env: NodeJS.ProcessEnv = { PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` };
for (const [name, value] of Object.entries(process.env))
  if (name !== 'PATH' && !/^npm_(package|lifecycle|config_local_prefix|command)/.test(name)) env[name] = value;

const libraryProgram = `
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LanternError } from '@lantern/engine';
import { openEngine } from '@lantern/engine/node';

const tiny = dirname(fileURLToPath(import.meta.resolve('@lantern/tiny/package.json')));
const engine = await openEngine(tiny, { contextTokens: 1024 });
const options = { temperature: 0, enableThinking: false };
let content = '';
for await (const event of engine.chat('Hello', options)) if (event.type === 'content') content += event.text;
const again = await engine.chat('Hello', options).result;
const tools = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'Get the current weather for a city',
      parameters: { type: 'object', properties: { city: { type: 'string', description: 'Name of the city' } }, required: ['city'] },
    },
  },
];
const { toolCalls } = await engine.chat('What is the weather in Paris?', { ...options, tools }).result;
let code = '';
try {
  engine.chat('Hello', { topP: 2 });
} catch (error) {
  code = error instanceof LanternError ? error.code : String(error);
}
await engine.close();
const calls = toolCalls.map(({ name, arguments: text }) => ({ name, arguments: text }));
console.log(JSON.stringify({ content, cached: again.usage.cachedTokens, calls, code }));
`;

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lantern-pack-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('the packages, packed and installed into an empty folder, answer a prompt', { timeout: 240_000 }, async () => {
  await run(process.execPath, [join(root, 'scripts/build.ts')], { env });
  const folders = ['engine', 'api', 'server', 'client', 'web', 'cli', 'tiny'].map((name) => join(root, 'dist', name));
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder, ...folders], { env });
  const packages = Object.values(
    JSON.parse(packed.stdout) as Record<string, { filename: string; files: { path: string }[] }>,
  );
  assert.equal(packages.length, 7);
  for (const { filename, files } of packages) {
    const paths = files.map((file) => file.path);
    assert.ok(paths.includes('LICENSE') && paths.includes('README.md'), `${filename} lacks its licence or README`);
    for (const path of paths)
      assert.doesNotMatch(path, /(?<!self-)test|fixture|fake-|(?<!\.d)\.ts$/, `${filename} carries ${path}`);
  }

  // What runs as a program or worker of its own is imported by nobody, and is easily left out.
  const engine = packages.find(({ files }) => files.some(({ path }) => path === 'lib/wasm/worker.js'))!;
  for (const program of ['lib/wasm/bandwidth-worker.js', 'lib/media/video/decode-with-packages.js'])
    assert.ok(
      engine.files.some(({ path }) => path === program),
      `the engine lacks ${program}`,
    );

  const app = join(folder, 'app');
  await mkdir(app);
  await writeFile(join(app, 'package.json'), '{ "private": true }');
  const tarballs = packages.map(({ filename }) => join(folder, filename));
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs], { env, cwd: app });

  const lantern = join(app, 'node_modules/.bin/lantern');
  const answer = await run(
    lantern,
    ['run', '--no-stdin', '--no-think', '--temperature', '0', '--max-tokens', '8', 'Hello'],
    {
      env,
      cwd: app,
    },
  );
  const { cases } = JSON.parse(await readFile(join(root, 'models/tiny/eval.json'), 'utf8')) as {
    cases: { enable_thinking: boolean; messages: { content: string }[]; output_text: string }[];
  };
  const expected = cases.find((item) => item.messages[0]?.content === 'Hello' && !item.enable_thinking)!.output_text;
  assert.ok(answer.stdout.length > 10, answer.stdout);
  assert.ok(expected.startsWith(answer.stdout.trimEnd()), answer.stdout);
  assert.match(answer.stderr, /tok\/s/);

  // The server, with the pages that only the built packages carry.
  const server = spawn(lantern, ['serve', '--port', '0'], { env, cwd: app, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  let log = '';
  server.stderr.setEncoding('utf8').on('data', (text) => {
    log += text;
  });
  for (let i = 0; i < 400 && !/ ready, /.test(log); i++) await new Promise((resume) => setTimeout(resume, 50));
  const [url] = /http:\/\/[\d.:]+/.exec(log) ?? [];
  assert.ok(url, log);
  const [health, viewer] = await Promise.all(['/health', '/docs/reference.js'].map((path) => fetch(`${url}${path}`)));
  assert.deepEqual([health!.status, viewer!.status], [200, 200]);
  const page = await (await fetch(`${url}/`)).text();
  const [, script] = /src="\.(\/assets\/[^"]+)"/.exec(page) ?? [];
  assert.ok(script, page);
  assert.equal((await fetch(`${url}${script}`)).status, 200);
  assert.ok((await viewer!.text()).length > 1e6);
  server.kill('SIGTERM');
  assert.equal(await ended, 0, log);

  // The engine as a library, from plain JavaScript.
  await writeFile(join(app, 'answer.mjs'), libraryProgram);
  const program = await run(process.execPath, ['answer.mjs'], { env, cwd: app });
  const said = JSON.parse(program.stdout) as { content: string; cached: number; calls: unknown; code: string };
  assert.equal(said.content, expected.replace('<|im_end|>', ''));
  assert.ok(said.cached > 0);
  assert.deepEqual(said.calls, [{ name: 'get_weather', arguments: '{"city": "Paris"}' }]);
  assert.equal(said.code, 'bad-input');

  const { version } = JSON.parse(await readFile(join(root, 'packages/cli/package.json'), 'utf8')) as {
    version: string;
  };
  assert.equal((await run(lantern, ['--version'], { env })).stdout, `${version}\n`);
});
