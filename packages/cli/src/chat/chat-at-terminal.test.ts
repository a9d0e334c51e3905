import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PseudoTerminal } from '../pseudo-terminal.ts';

const main = join(import.meta.dirname, '../main.ts');
const hello = "Hello! I am Lantern's tiny built-in model.";
const question = 'What is the capital of France?';
const paris = 'The capital of France is Paris.';
const greedy = ['--temperature', '0'];
const brief = [...greedy, '--no-think'];
/** Makes random text of "Tell me a story." that goes on for long. */
const endless = [
  '--no-think',
  '--temperature',
  '9',
  '--top-k',
  '0',
  '--top-p',
  '1',
  '--frequency-penalty',
  '-2',
  '--seed',
  '3',
];
const ctrlC = '\x03';
const ctrlD = '\x04';
const [up, left] = ['\x1b[A', '\x1b[D'];

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lantern-chat-'));
});
after(() => rm(folder, { recursive: true, force: true }));

type Setup = { state?: string; env?: NodeJS.ProcessEnv; columns?: number };

/** A chat that has shown its prompt. It has a history of its own, unless `state` says otherwise. */
async function chat(args: string[], { state, env, columns }: Setup = {}): Promise<PseudoTerminal> {
  const terminal = new PseudoTerminal(process.execPath, [main, 'chat', ...args], {
    env: { XDG_STATE_HOME: state ?? (await newState()), ...env },
    ...(columns && { columns }),
  });
  await terminal.until(/commands.*> /s);
  return terminal;
}

function newState(): Promise<string> {
  return mkdtemp(join(folder, 'state-'));
}

function readHistory(state: string): Promise<string> {
  return readFile(join(state, 'lantern/history'), 'utf8');
}

/** Says something and gives what comes until the next prompt. */
async function say(terminal: PseudoTerminal, line: string): Promise<string> {
  terminal.type(`${line}\r`);
  return terminal.until(/\n\r?\n␛\[1G␛\[0J> /);
}

async function leave(terminal: PseudoTerminal): Promise<void> {
  terminal.type(ctrlD);
  assert.equal(await terminal.ended, 0, terminal.output);
}

describe('a chat at a terminal', { concurrency: 2, timeout: 120_000 }, () => {
  test('streams thinking, dim, and answer; remembers what was said; Ctrl-D leaves', async () => {
    using terminal = await chat(greedy);
    assert.match(terminal.output, /built-in model · context 32,768 tokens · \/help for commands/);
    const first = await say(terminal, 'Hello');
    assert.match(first, /␛\[2mThe␛\[22m/);
    assert.ok(first.includes(hello), first);
    assert.doesNotMatch(first, /tok\/s/);
    const second = await say(terminal, question);
    assert.ok(second.includes(paris), second);
    const stats = await say(terminal, '/stats');
    assert.match(stats, /context {2}\d\d+ of 32,768 tokens/);
    assert.match(stats, /prompt {3}\d+ tokens, [1-9]\d* of them cached, prefill [\d.]+ tok\/s/);
    assert.match(stats, /answer {3}\d+ tokens, \d+ of them thinking, decode [\d.]+ tok\/s/);
    await leave(terminal);
  });

  test('lantern alone is a chat, too; /exit leaves', async () => {
    using terminal = new PseudoTerminal(process.execPath, [main], { env: { XDG_STATE_HOME: folder } });
    await terminal.until('/help for commands');
    terminal.type('/exit\r');
    assert.equal(await terminal.ended, 0);
  });

  test('/think, /system and /reset do what they say', async () => {
    using terminal = await chat(greedy);
    const used = async () => Number(/context {2}(\d+) of/.exec(await say(terminal, '/stats'))![1]);
    assert.match(await say(terminal, '/think'), /thinking is on/);
    assert.match(await say(terminal, 'Hello'), /␛\[2mThe␛\[22m/);
    assert.match(await say(terminal, '/think off'), /thinking is off/);
    const plain = await say(terminal, question);
    assert.ok(plain.includes(paris), plain);
    assert.doesNotMatch(plain, /␛\[2m/);
    const before = await used();
    assert.match(await say(terminal, '/system Be brief.'), /system message: Be brief\./);
    assert.ok((await used()) > before);
    assert.match(await say(terminal, '/reset'), /forgotten/);
    assert.equal(await used(), 0);
    assert.match(await say(terminal, '/system'), /system message: Be brief\./);
    assert.match(await say(terminal, '/think on'), /thinking is on/);
    assert.match(await say(terminal, 'Hello'), /␛\[2m\w+␛\[22m/);
    assert.match(await say(terminal, '/nonsense'), /there is no command \/nonsense/);
    await leave(terminal);
  });

  test('Ctrl-C stops an answer, clears a line, and leaves when it comes twice to an empty one', async () => {
    using terminal = await chat(endless);
    const interrupts = [
      // What was typed ahead is dropped, and a second Ctrl-C does no more.
      () => terminal.type(`/exit\r${ctrlC}${ctrlC}`),
      () => terminal.signal('SIGINT'),
    ];
    for (const interrupt of interrupts) {
      terminal.type('Tell me a story.\r');
      await terminal.until(/story\.\r+\n.{20}/s);
      interrupt();
      await terminal.until(/stopped.*> /s);
      assert.match(await say(terminal, '/stats'), /context {2}\d\d+ of/);
      await say(terminal, '/reset');
    }
    terminal.type(`/exit${ctrlC}`);
    assert.match(await say(terminal, '/think'), /thinking is off/);
    terminal.type(ctrlC);
    await terminal.until(/press Ctrl-C again or Ctrl-D to leave.*> /s);
    assert.match(await say(terminal, '/think'), /thinking is off/);
    terminal.type(ctrlC);
    await terminal.until(/press Ctrl-C again.*> /s);
    terminal.type(ctrlC);
    assert.equal(await terminal.ended, 0, terminal.output);
  });

  test('what is typed while an answer streams is the next message', async () => {
    using terminal = await chat(brief);
    terminal.type(`Hello\r${question}\r`);
    await terminal.until(paris);
    assert.match(terminal.output, /Hello! I am.*The capital/s);
    await leave(terminal);
  });

  test('a paste of several lines is one message; Alt+Enter and \\ before Enter make a line', async () => {
    const state = await newState();
    using terminal = await chat(brief, { state });
    terminal.type('\x1b[200~one\rtwo\r\n\tthree\n\x1b[201~');
    terminal.type('four\\\rfive\x1b\rsix');
    await terminal.until('six');
    const answer = await say(terminal, '');
    assert.match(answer, /> one\r\n… two\r\n… \tthree\r\n… four\r\n… five\r\n… six\r\n/);
    assert.equal(await readHistory(state), 'one\\ntwo\\n\tthree\\nfour\\nfive\\nsix\n');
    await leave(terminal);
  });

  test('a window of 20 columns does no harm to what is typed', async () => {
    const state = await newState();
    using terminal = await chat(brief, { state, columns: 20 });
    const typed = 'Whaat is the capital of France?';
    terminal.type(`${typed}${left.repeat(typed.length - 4)}\x7f`);
    const answer = await say(terminal, '');
    assert.ok(answer.includes(paris), answer);
    assert.equal(await readHistory(state), `${question}\n`);
    await leave(terminal);
  });

  test('NO_COLOR is obeyed', async () => {
    using terminal = await chat(greedy, { env: { NO_COLOR: '1' } });
    assert.ok((await say(terminal, 'Hello')).includes(hello));
    await say(terminal, '/stats');
    await leave(terminal);
    assert.doesNotMatch(terminal.output, /␛\[[\d;]*m/);
  });

  test('the history outlives the chat', async () => {
    const state = await newState();
    using one = await chat(brief, { state });
    await say(one, 'Hello');
    await say(one, question);
    await leave(one);
    using other = await chat(brief, { state });
    const first = await say(other, up);
    assert.ok(first.includes(paris), first);
    const second = await say(other, up + up);
    assert.ok(second.includes(hello), second);
    await leave(other);
  });

  test('a full context is told, with what helps', async () => {
    using terminal = await chat([...brief, '--context', '24']);
    assert.match(await say(terminal, 'Hello'), /context of 24 tokens is full; \/reset .* --context/);
    assert.match(await say(terminal, question), /the context holds 24.*\/reset .* --context/s);
    assert.match(await say(terminal, '/reset'), /forgotten/);
    assert.match(await say(terminal, 'Hello'), /Hello! I/);
    await leave(terminal);
  });

  test('the terminal is given back as it was', async () => {
    const endings: [(terminal: PseudoTerminal) => void, number][] = [
      [(terminal) => terminal.type(ctrlD), 0],
      [(terminal) => terminal.signal('SIGTERM'), 143],
    ];
    for (const [end, status] of endings) {
      const script = 'trap : TERM; "$0" "$1" chat; echo "status $?"; stty -a';
      const env = { XDG_STATE_HOME: folder };
      using terminal = new PseudoTerminal('sh', ['-c', script, process.execPath, main], { env });
      await terminal.until(/commands.*> /s);
      end(terminal);
      const after = await terminal.until(/status \d+.* -?echo /s);
      assert.ok(after.includes(`status ${status}\r\n`), after);
      assert.match(after, /␛\[\?2004l.*status.* icanon.* echo /s);
    }
  });
});
