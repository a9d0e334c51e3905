import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

const main = join(import.meta.dirname, 'main.ts');
const fixtures = join(import.meta.dirname, '../../engine/fixtures');
const tiny = join(import.meta.dirname, '../../../models/tiny');
const small = join(fixtures, 'dense-tied-r1');

type Outcome = { status: number | null; out: string; error: string };

function start(args: string[]): { child: ChildProcess; outcome: Promise<Outcome> } {
  const child = spawn(process.execPath, [main, ...args], { stdio: 'pipe' });
  let out = '';
  let error = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (error += text));
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, out, error }));
  });
  return { child, outcome };
}

/** Runs the command to its end with the given standard input. */
function lantern(args: string[], input = ''): Promise<Outcome> {
  const { child, outcome } = start(args);
  child.stdin!.on('error', () => undefined).end(input);
  return outcome;
}

type RunJson = {
  text: string;
  reasoning: string | null;
  finish_reason: string;
  tool_calls?: { id: string; type: string; function: { name: string; arguments: string } }[];
  usage: {
    prompt_tokens: number;
    completion_tokens: number;
    reasoning_tokens: number;
    accepted_prediction_tokens: number;
    rejected_prediction_tokens: number;
  };
  timings: Record<string, number>;
};
type ScoreJson = { ids: number[]; logprobs: number[]; top: [number, number][][]; text?: string; perplexity?: number };
type DivergenceJson = { mean_kl: number; top1_agreement: number };

/** What the command prints as one line of JSON; `Data` is what the test takes it for. */
async function lanternJson<Data>(args: string[], input = ''): Promise<Data> {
  const { status, out, error } = await lantern(args, input);
  assert.equal(status, 0, error);
  assert.equal(out.trimEnd().split('\n').length, 1, out);
  return JSON.parse(out) as Data;
}

/** Fails as promised: the status, a few lines that match, no stack, nothing on standard output. */
async function assertFails(args: string[], status: number, message: RegExp, input = ''): Promise<void> {
  const outcome = await lantern(args, input);
  assert.equal(outcome.status, status, `${args.join(' ')}: ${outcome.error}`);
  assert.match(outcome.error, message);
  assert.doesNotMatch(outcome.error, /^\s+at |unexpected failure/m);
  assert.ok(outcome.error.trimEnd().split('\n').length <= 3, outcome.error);
  assert.equal(outcome.out, '');
}

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lantern-cli-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string): Promise<string> {
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

describe('lantern run', { concurrency: 2 }, () => {
  test('streams the thinking to standard error and the answer to standard output', async () => {
    const { cases } = JSON.parse(await readFile(join(tiny, 'eval.json'), 'utf8')) as {
      cases: { enable_thinking: boolean; output_text: string }[];
    };
    const [, expected] = cases;
    assert.equal(expected!.enable_thinking, true);
    const [thinking, answer] = expected!.output_text.replace('<|im_end|>', '').split('\n</think>\n\n');
    const { status, out, error } = await lantern(['run', '--temperature', '0', 'Hello']);
    assert.equal(status, 0, error);
    assert.equal(out, `${answer}\n`);
    assert.ok(error.startsWith(`${thinking}\n`), error);
    assert.match(
      error,
      /\n\d+ \+ \d+ tokens · prefill [\d.]+ tok\/s · decode [\d.]+ tok\/s · first token after [\d.]+ s\n$/,
    );
  });

  test('--json prints one object and nothing else', async () => {
    const { status, out, error } = await lantern(['run', '--json', '--no-think', '--temperature', '0', 'Hello']);
    assert.equal(status, 0);
    assert.equal(error, '');
    const answer = JSON.parse(out) as RunJson;
    assert.deepEqual(Object.keys(answer), ['model', 'text', 'reasoning', 'finish_reason', 'usage', 'timings']);
    assert.match(answer.text, /^Hello! I am Lantern's/);
    assert.equal(answer.reasoning, null);
    assert.equal(answer.finish_reason, 'stop');
    assert.deepEqual(answer.usage, {
      prompt_tokens: 13,
      completion_tokens: 33,
      reasoning_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    });
    for (const name of ['load_s', 'first_token_s', 'prefill_tok_s', 'decode_tok_s'])
      assert.ok(answer.timings[name]! > 0, name);
  });

  test('standard input is the prompt, or follows it', async () => {
    const flags = ['run', '--json', '--no-think', '--temperature', '0'];
    const alone = await lanternJson<RunJson>(flags, 'Hello\n');
    assert.equal(alone.usage.prompt_tokens, 13);
    const joined = await lanternJson<RunJson>([...flags, 'Say this:'], 'Hello\n');
    const typed = await lanternJson<RunJson>([...flags, '--no-stdin', 'Say this:\n\nHello'], 'not read');
    assert.deepEqual([joined.text, joined.usage], [typed.text, typed.usage]);
  });

  test('--speculative-config: the same text, and how many drafts came true', async () => {
    const flags = ['run', 'Tell a story about a cat.', '--temperature', '0', '--max-tokens', '60'];
    const config = ['--speculative-config', '{"method": "mtp", "num_speculative_tokens": 2}'];
    const [plain, drafted, told] = await Promise.all([
      lanternJson<RunJson>([...flags, '--json']),
      lanternJson<RunJson>([...flags, '--json', ...config]),
      lantern([...flags, ...config]),
    ]);
    assert.deepEqual([drafted.text, drafted.reasoning], [plain.text, plain.reasoning]);
    assert.ok(drafted.usage.accepted_prediction_tokens > 5);
    assert.match(told.error, /· \d+ of \d+ drafts accepted ·/);
  });

  test('the seed decides, the sampling flags count', async () => {
    const flags = ['run', small, 'Hello', '--json', '--max-tokens', '12', '--temperature', '1.5', '--top-k', '0'];
    const [one, same, other] = await Promise.all([
      lanternJson<RunJson>([...flags, '--top-p', '1', '--seed', '1']),
      lanternJson<RunJson>([...flags, '--top-p', '1', '--seed', '1', '--threads', '1', '--no-revectorize']),
      lanternJson<RunJson>([...flags, '--top-p', '1', '--seed', '-2']),
    ]);
    assert.equal(one.reasoning, same.reasoning);
    assert.notEqual(one.reasoning, other.reasoning);
    assert.equal(one.finish_reason, 'length');
    assert.equal(one.usage.completion_tokens, 12);
    const greedy = await lanternJson<RunJson>([...flags, '--top-p', '1e-9']);
    assert.equal(greedy.reasoning, (await lanternJson<RunJson>([...flags, '--min-p', '1'])).reasoning);
  });

  test('--stop ends an answer, --thinking-budget a thought, penalties count', async () => {
    const flags = ['run', '--json', '--temperature', '0', 'Hello'];
    const [whole, cut, short] = await Promise.all([
      lanternJson<RunJson>(flags),
      lanternJson<RunJson>([...flags, '--stop', 'unseen', '--stop', ' tiny']),
      lanternJson<RunJson>([...flags, '--thinking-budget', '3']),
    ]);
    assert.deepEqual([cut.text, cut.finish_reason], ["Hello! I am Lantern's", 'stop']);
    assert.ok(short.usage.reasoning_tokens < whole.usage.reasoning_tokens);
    assert.ok(whole.reasoning!.startsWith(short.reasoning!));
    const penalties = ['--presence-penalty', '--frequency-penalty', '--repetition-penalty'];
    for (const answer of await Promise.all(
      penalties.map((penalty) => lanternJson<RunJson>([...flags, '--max-tokens', '40', penalty, '2'])),
    ))
      assert.ok(answer.usage.completion_tokens > 0);
  });

  test('--tools: calls are printed, and given as data', async () => {
    type Case = { category: string; enable_thinking: boolean; tools: object[]; messages: { content: string }[] };
    const { cases } = JSON.parse(await readFile(join(tiny, 'eval.json'), 'utf8')) as { cases: Case[] };
    const { tools, messages } = cases.find((item) => item.category === 'parallel calls' && !item.enable_thinking)!;
    const path = await file('tools.json', JSON.stringify(tools));
    const flags = ['run', '--no-think', '--temperature', '0', '--tools', path, messages[0]!.content];
    const answer = await lanternJson<RunJson>([...flags, '--json']);
    assert.equal(answer.finish_reason, 'tool_calls');
    assert.equal(answer.text, '');
    assert.deepEqual(
      answer.tool_calls!.map((call) => [call.type, call.function.name, JSON.parse(call.function.arguments)]),
      ['Brno', 'Riyadh'].map((city) => ['function', 'get_weather', { city }]),
    );
    assert.equal(new Set(answer.tool_calls!.map((call) => call.id)).size, 2);
    const { out } = await lantern(flags);
    assert.equal(out, 'get_weather {\n  "city": "Brno"\n}\nget_weather {\n  "city": "Riyadh"\n}\n');
  });

  test('--n: several answers, each with a seed of its own', async () => {
    type Choice = Pick<RunJson, 'text' | 'reasoning' | 'finish_reason'> & { index: number };
    const flags = ['run', small, 'Hello', '--max-tokens', '8', '--temperature', '1.5', '--top-k', '0', '--top-p', '1'];
    const several = [...flags, '--n', '3', '--seed', '5'];
    const [together, plain, ...alone] = await Promise.all([
      lanternJson<Pick<RunJson, 'usage' | 'timings'> & { choices: Choice[] }>([...several, '--json']),
      lantern(several),
      ...['5', '6', '7'].map((seed) => lanternJson<RunJson>([...flags, '--json', '--seed', seed])),
    ]);
    assert.deepEqual(Object.keys(together), ['model', 'choices', 'usage', 'timings']);
    assert.deepEqual(
      together.choices,
      alone.map(({ text, reasoning, finish_reason }, index) => ({ index, text, reasoning, finish_reason })),
    );
    assert.deepEqual(together.usage, {
      ...alone[0]!.usage,
      completion_tokens: 24,
      reasoning_tokens: alone.reduce((sum, { usage }) => sum + usage.reasoning_tokens, 0),
    });
    assert.ok(together.timings.decode_tok_s! > 0);
    assert.match(plain.error, /^── 1 of 3\n.*^── 2 of 3\n.*^── 3 of 3\n.*^\d+ \+ 24 tokens/ms);
  });

  test('a GGUF, the other backend and a system message', async () => {
    const gguf = join(folder, 'gguf');
    await mkdir(gguf);
    await cp(join(fixtures, 'gguf-r1-bf16/model.gguf'), join(gguf, 'model.gguf'));
    const flags = ['--json', '--max-tokens', '6', '--temperature', '0', '--system', 'Be brief.'];
    const wasm = await lanternJson<RunJson>(['run', join(gguf, 'model.gguf'), 'Hello', ...flags]);
    const reference = await lanternJson<RunJson>(['run', gguf, 'Hello', ...flags, '--backend', 'reference', '--exact']);
    assert.deepEqual([wasm.text, wasm.reasoning, wasm.usage], [reference.text, reference.reasoning, reference.usage]);
    const plain = await lanternJson<RunJson>(['run', gguf, 'Hello', ...flags.slice(0, 5)]);
    assert.ok(plain.usage.prompt_tokens < wasm.usage.prompt_tokens);
  });

  test('Ctrl-C ends an answer with status 130, and so it ends waiting for standard input', async () => {
    const running = start(['run', '--backend', 'reference', '--no-stdin', '--min-p', '0', 'Tell me a story.']);
    running.child.stderr!.once('data', () => running.child.kill('SIGINT'));
    const { status, error } = await running.outcome;
    assert.equal(status, 130, error);
    assert.doesNotMatch(error, /tok\/s|^\s+at /m);

    const waiting = start(['run']);
    setTimeout(() => waiting.child.kill('SIGINT'), 700);
    assert.deepEqual(await waiting.outcome, { status: 130, out: '', error: '' });
  });

  test('a reader that leaves early is no failure', async () => {
    const { child, outcome } = start(['run', '--no-stdin', '--no-think', 'Tell me a story.']);
    child.stdout!.once('data', () => child.stdout!.destroy());
    const { error, status } = await outcome;
    assert.equal(status, 0, error);
    assert.doesNotMatch(error, /EPIPE/);
  });
});

describe('wrong usage has status 2', { concurrency: 2 }, () => {
  const cases: [string[], RegExp][] = [
    [['run'], /there is no prompt/],
    [['run', 'a', 'b', 'c'], /put the prompt in quotes/],
    [['run', 'Hello', '--frobnicate'], /unknown option '--frobnicate'/],
    [['run', 'Hello', '--max-tokens', '0'], /--max-tokens.*whole number from 1 up/],
    [['run', 'Hello', '--temperature', 'warm'], /--temperature.*must be a number/],
    [['run', 'Hello', '--temperature', '-1'], /temperature is -1; it must be/],
    [['run', 'Hello', '--top-p', '1.5'], /topP is 1.5/],
    [['run', 'Hello', '--presence-penalty', '3'], /presencePenalty is 3; it must be from -2 to 2/],
    [['run', 'Hello', '--repetition-penalty', '0'], /repetitionPenalty is 0/],
    [['run', 'Hello', '--thinking-budget', '-1'], /--thinking-budget.*whole number from 0 up/],
    [['run', 'Hello', '--n', '17'], /--n.*whole number from 1 to 16/],
    [['run', 'Hello', '--n', '0'], /--n.*whole number from 1 to 16/],
    [['run', 'Hello', '--stop', ''], /--stop.*must not be empty/],
    [['run', 'Hello', '--backend', 'gpu'], /Allowed choices are wasm, reference/],
    [['chat', small, 'Hello'], /too many arguments/],
    [['chat', '--temperature', 'NaN'], /--temperature.*must be a number/],
    [['chat', '--top-k', '1.5'], /topK is 1.5/],
    [['run', '--model', 'm', 'Hello'], /--model is about a server and needs --url.*MODEL argument/],
    [['chat', '--api-key', 'k'], /--api-key is about a server and needs --url/],
    [['run', small, 'Hello', '--url', 'http://host'], /--url and the MODEL ".*" exclude each other; --model names/],
    [['chat', small, '--url', 'http://host'], /--url and the MODEL ".*" exclude each other; --model names/],
    [['chat', '--url', 'http://host', '--threads', '2'], /--url and --threads exclude each other/],
    [['run', 'Hello', '--url', 'http://host', '--no-revectorize'], /--url and --no-revectorize exclude each other/],
    [['run', 'Hello', '--url', 'localhost:8000'], /--url is "localhost:8000"; it must begin with http/],
    [['chat', '--url', 'http://me:pw@host'], /--url holds a user name or password; give the key as --api-key/],
    [['run', 'Hello', '--url', 'http://host', '--api-key', 'a b'], /--api-key holds a space/],
    [['run', 'Hello', '--speculative-config', 'mtp'], /--speculative-config: .* is mtp; a JSON object is expected/],
    [['chat', '--speculative-config', '{"method": "mtp", "num_speculative_tokens": 9}'], /9; .* from 1 to 4/],
    [['serve', '--speculative-config', '{"method": "eagle"}'], /"eagle"; known are "mtp" and "ngram"/],
    [['run', 'Hello', '--url', 'http://host', '--speculative-config', '{}'], /--url and --speculative-config exclude/],
    [['score', '--text', 'a', '--mtp', '--against', 'b'], /--mtp and --against exclude each other/],
    [['score'], /exactly one of --text, --ids and --messages/],
    [['bench', small, '--random', '0.8b'], /MODEL or --random/],
    [['bench', '--quant', 'q4_0'], /needs --random/],
    [['bench', '--context', '8'], /--context 8 is too small/],
    [['nonsense'], /unknown command 'nonsense'/],
  ];
  for (const [args, message] of cases) test(args.join(' '), () => assertFails(args, 2, message));

  test('without a command the help is shown, on standard error', async () => {
    const { status, out, error } = await lantern([]);
    assert.deepEqual([status, out], [2, '']);
    assert.match(error, /Usage: lantern/);
  });

  test('--help and --version are no failures; every command has examples', async () => {
    const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../package.json'), 'utf8'));
    assert.equal((await lantern(['--version'])).out, `${version}\n`);
    const { status, out, error } = await lantern(['--help']);
    assert.deepEqual([status, error], [0, '']);
    const commands = [...out.matchAll(/^ {2}(\w+) +[[<]/gm)].map((match) => match[1]!);
    assert.deepEqual(commands.toSorted(), [
      'bench',
      'chat',
      'inspect',
      'list',
      'pull',
      'render',
      'rm',
      'run',
      'score',
      'serve',
      'tokenize',
    ]);
    for (const command of commands)
      assert.match((await lantern([command, '--help'])).out, /Examples:\n {2}\$ /, command);
  });
});

describe('bad input has status 1 and one clear line', { concurrency: 2 }, () => {
  test('paths that are not there', async () => {
    await assertFails(['run', '/no/such/model', 'Hello'], 1, /\/no\/such\/model: no such file or folder/);
    await assertFails(['chat', '/no/such/model'], 1, /\/no\/such\/model: no such file or folder/);
    await assertFails(['run', 'Hello', '--tools', '/no/such/tools'], 1, /cannot read \/no\/such\/tools/);
    await assertFails(['inspect', '/no/such/model'], 1, /\/no\/such\/model: no such file or folder/);
    await assertFails(['score', '--text', '/no/such/text'], 1, /cannot read \/no\/such\/text/);
  });

  test('a truncated file', async () => {
    const broken = join(folder, 'truncated');
    await cp(small, broken, { recursive: true });
    await truncate(join(broken, 'model.safetensors'), 100_000);
    await assertFails(['run', broken, 'Hello'], 1, /model\.safetensors/);
    await truncate(join(broken, 'model.safetensors'), 0);
    await assertFails(['run', broken, 'Hello'], 1, /model\.safetensors/);
  });

  test('no tokenizer, no template', async () => {
    const bare = join(folder, 'bare');
    await cp(small, bare, { recursive: true });
    await rm(join(bare, 'chat_template.jinja'));
    await assertFails(['run', bare, 'Hello'], 1, /no chat template\n.*chat_template\.jinja/);
    await assertFails(['chat', bare], 1, /no chat template\n.*chat_template\.jinja/, 'Hello\n');
    await rm(join(bare, 'tokenizer.json'));
    await assertFails(['run', bare, 'Hello'], 1, /no tokenizer\n.*tokenizer\.json/);
  });

  test('a prompt longer than the context', () =>
    assertFails(['run', 'Hello', '--context', '4'], 1, /prompt is 11 tokens long; the context holds 4\n.*--context/));

  test('files of the wrong kind', async () => {
    await assertFails(['run', 'Hello', '--tools', await file('tool.json', '[{}]')], 1, /\[0\]\.name is missing/);
    await assertFails(['score', '--ids', await file('text.json', 'no JSON')], 1, /text\.json is not JSON/);
    await assertFails(['score', '--ids', await file('flat.json', '[1, 2]')], 1, /list of lists of token ids/);
    await assertFails(['score', '--ids', await file('large.json', '[[99999]]')], 1, /99999/);
    await assertFails(['score', '--text', await file('empty.txt', '')], 1, /0 tokens/);
    await assertFails(['score', '--messages', await file('odd.json', '{"messages": 3}')], 1, /messages/);
  });
});

describe('lantern chat without a terminal', { concurrency: 2 }, () => {
  const flags = ['chat', '--temperature', '0', '--no-think'];

  test('answers line after line, as one conversation', async () => {
    const lines = ['What is the capital of New Zealand?', '', '/think', 'and Brazil'];
    const { status, out, error } = await lantern(flags, lines.join('\r\n'));
    assert.equal(status, 0, error);
    assert.equal(out, 'The capital of New Zealand is Wellington.\nThe capital of Brazil is Brasília.\n');
    assert.equal(error, 'thinking is off\n');
  });

  test('thinking goes to standard error; /exit ends it', async () => {
    const { status, out, error } = await lantern(['chat', '--temperature', '0'], 'Hello\n/exit\nHello\n');
    assert.equal(status, 0, error);
    assert.match(out, /^Hello! I am .*\n$/);
    assert.match(error, /^The user greets me\..*\n$/);
  });

  test('Ctrl-C ends it with status 130, waiting or answering', async () => {
    const waiting = start(flags);
    waiting.child.stdin!.write('Hello\n');
    waiting.child.stdout!.once('data', () => setTimeout(() => waiting.child.kill('SIGINT'), 300));
    const { status, error } = await waiting.outcome;
    assert.deepEqual([status, error], [130, '']);

    const answering = start(['chat', '--backend', 'reference', '--temperature', '0']);
    answering.child.stdin!.end('Invent a short story: child, river.\nInvent a short story: child, river.\n');
    answering.child.stderr!.once('data', () => answering.child.kill('SIGINT'));
    assert.equal((await answering.outcome).status, 130);
  });

  test('a conversation that outgrows the context fails', () =>
    assertFails([...flags, '--context', '8'], 1, /context holds 8\n.*--context/, 'Hello\n'));
});

describe('lantern inspect', { concurrency: 2 }, () => {
  type InspectJson = {
    architecture: string;
    format: string;
    parameters: { total: number };
    memory: { contextTokens: number; totalBytes: number };
    runnable: unknown;
  };

  test('shows the built-in model as lines', async () => {
    const { status, out, error } = await lantern(['inspect']);
    assert.deepEqual([status, error], [0, '']);
    assert.match(out, /^architecture +qwen3_5_moe, safetensors, 20 MB$/m);
    assert.match(out, /^parameters +9\.94 M /m);
    assert.match(out, /^runs +yes$/m);
    assert.match(out, /^experts +BF16 +bf16 +16 +3\.15 M +6\.29 MB$/m);
  });

  test('--json gives the same as data; a context costs memory', async () => {
    const gguf = join(fixtures, 'gguf-moe-q8_0/model.gguf');
    const [short, long] = await Promise.all(
      ['64', '128'].map((context) => lanternJson<InspectJson>(['inspect', gguf, '--json', '--context', context])),
    );
    assert.equal(short!.architecture, 'qwen3_5_moe');
    assert.equal(short!.format, 'gguf');
    assert.equal(short!.runnable, true);
    assert.deepEqual([short!.memory.contextTokens, long!.memory.contextTokens], [64, 128]);
    assert.ok(short!.memory.totalBytes < long!.memory.totalBytes);
  });
});

describe('lantern score', { concurrency: 2 }, () => {
  test('--ids: one line a sequence, in order', async () => {
    const ids = [[5, 9, 100], [7], [1, 2]];
    const { status, out, error } = await lantern([
      'score',
      small,
      '--json',
      '--ids',
      await file('ids.json', JSON.stringify(ids)),
    ]);
    assert.equal(status, 0, error);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as ScoreJson);
    assert.deepEqual(
      lines.map((line) => line.ids),
      ids,
    );
    for (const line of lines) {
      assert.deepEqual(Object.keys(line), ['ids', 'logprobs', 'top']);
      assert.equal(line.logprobs.length, line.ids.length - 1);
      assert.equal(line.top.length, line.ids.length);
      for (const top of line.top) assert.equal(top.length, 10);
    }
  });

  test('--text adds the perplexity, --messages the prompt; both backends agree', async () => {
    const text = await file('text.txt', 'The capital of France is Paris.');
    const scores = await lanternJson<ScoreJson>(['score', '--json', '--text', text]);
    const mean = scores.logprobs.reduce((sum, x) => sum + x, 0) / scores.logprobs.length;
    assert.ok(Math.abs(Math.log(scores.perplexity!) + mean) < 1e-9);

    const messages = { messages: [{ role: 'user', content: 'Hi' }], options: { add_generation_prompt: true } };
    const path = await file('messages.json', JSON.stringify(messages));
    const wasm = await lanternJson<ScoreJson>(['score', '--json', '--messages', path]);
    const reference = await lanternJson<ScoreJson>(['score', '--json', '--messages', path, '--backend', 'reference']);
    assert.equal(wasm.text, '<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<think>\n');
    assert.deepEqual(wasm.ids, reference.ids);
    for (const [i, x] of wasm.logprobs.entries()) assert.ok(Math.abs(x - reference.logprobs[i]!) < 2e-3);
    assert.match((await lantern(['score', '--text', text])).out, /^\d+ tokens, perplexity [\d.]+\n$/);
  });

  test('--mtp: what the draft head says, and that there is none', async () => {
    const path = await file('mtp.json', JSON.stringify([[5, 9, 100, 3]]));
    type Top = [number, number][][];
    type MtpJson = { mtp: { top: Top; draft: { first: number; ids: number[]; top: Top } } } & ScoreJson;
    const { mtp, top } = await lanternJson<MtpJson>(['score', small, '--json', '--mtp', '--ids', path]);
    assert.deepEqual(
      mtp.top.map((row) => row.length),
      [10, 10, 10],
    );
    assert.equal(mtp.draft.first, top.at(-1)![0]![0]);
    assert.deepEqual(
      mtp.draft.ids,
      mtp.draft.top.map((row) => row[0]![0]),
    );
    assert.equal(mtp.draft.ids.length, 3);
    assert.match(
      (await lantern(['score', '--mtp', '--ids', path])).out,
      /^4 tokens, perplexity .*, [\d.]+ % drafted\n$/,
    );
    const without = join(fixtures, 'gguf-r1-q4_0/model.gguf');
    await assertFails(['score', without, '--mtp', '--ids', path], 1, /has no MTP module\n.*"ngram"/);
  });

  test('--against: nothing is lost in BF16, something in Q4_0', async () => {
    const text = await file('fox.txt', 'The quick brown fox jumps over the lazy dog.');
    const same = await lanternJson<DivergenceJson>([
      'score',
      small,
      '--json',
      '--text',
      text,
      '--against',
      join(fixtures, 'gguf-r1-bf16/model.gguf'),
    ]);
    assert.ok(Math.abs(same.mean_kl) < 1e-6);
    assert.equal(same.top1_agreement, 1);
    const rounded = await lanternJson<DivergenceJson>([
      'score',
      small,
      '--json',
      '--text',
      text,
      '--against',
      join(fixtures, 'gguf-r1-q4_0/model.gguf'),
    ]);
    assert.ok(rounded.mean_kl > 1e-3);
    await assertFails(['score', '--text', text, '--against', small], 1, /make different tokens/);
  });
});

test('lantern bench measures everything it names', async () => {
  const flags = ['bench', small, '--prompt', '70', '--gen', '5', '--threads', '2'];
  const report = await lanternJson<Record<string, number>>([...flags, '--json', '--parallel', '2']);
  assert.deepEqual(Object.keys(report), [
    'load_s',
    'first_token_s',
    'prefill_tok_s',
    'decode_tok_s',
    'rss_mb',
    'bandwidth_gb_s',
    'bandwidth_share',
  ]);
  for (const [name, value] of Object.entries(report)) assert.ok(value > 0, `${name} is ${value}`);
  assert.ok(report.bandwidth_share! < 1);
  const more = await lanternJson<{ profile: { decode: { label: string }[] }; follow_up_speedup: number }>([
    ...flags,
    '--json',
    '--profile',
    '--follow-up',
    '4',
  ]);
  assert.ok(more.follow_up_speedup > 0);
  assert.ok(more.profile.decode.some(({ label }) => label === 'delta-rule'));
  assert.match(
    (await lantern([...flags, '--profile'])).out,
    /^decoding, 5 tokens.*^step +µs\/token.*^all +[\d.]+ +100\.0 %/ms,
  );
  const config = '{"method": "ngram", "num_speculative_tokens": 3}';
  const drafting = await lanternJson<Record<string, number | null>>([
    ...flags,
    '--gen',
    '40',
    '--json',
    '--speculative-config',
    config,
  ]);
  assert.ok(drafting.answer_tok_s! > 0);
  assert.ok('draft_acceptance' in drafting);
  assert.match((await lantern(flags)).out, /^decode_tok_s +[\d.]+$/m);
});
