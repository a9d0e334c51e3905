import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { findChromium } from '../../../bench/src/find-chromium.ts';
import { ChatDriver } from './chat-driver.ts';
import { calls, refuses, ScriptedServer, says } from './scripted-server.ts';
import { webServer } from './web-server.ts';

/** `node screenshots.ts FOLDER`: a picture of every state, light and dark, wide and narrow, for a person to look at. */
const { positionals } = parseArgs({ allowPositionals: true });
const folder = positionals[0] ?? 'screenshots';
mkdirSync(folder, { recursive: true });

const answer = `Two ways come to mind. **Sorting** is the plain one; *selection* does less work.

## By sorting

\`\`\`typescript
// The middle of the sorted values.
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
\`\`\`

It costs \\(O(n \\log n)\\). The mean, which is another thing, is

\\[\\bar{x} = \\frac{1}{n} \\sum_{i=1}^{n} x_i\\]

| way | time | memory |
| --- | --- | ---: |
| sorting | n log n | n |
| selection | n | 1 |

1. Use \`median\` for small lists.
2. Measure before you take the other.

> What is fast enough is fast.`;

const thought =
  'The person asks for a median. Sorting is simplest; quickselect is linear. I show both and compare them.';

const real = await webServer();
const locked = await webServer({ apiKeys: ['secret'] });
const server = new ScriptedServer(real.url);
await server.start();
const browser = await chromium.launch({ executablePath: findChromium(), chromiumSandbox: process.getuid?.() !== 0 });

type Shot = { name: string; reach: (chat: ChatDriver, isNarrow: boolean) => Promise<unknown> };

const shots: readonly Shot[] = [
  { name: 'empty', reach: (chat) => chat.open(server.url) },
  {
    name: 'thinking',
    reach: async (chat) => {
      server.script = says('Later.', 60, thought.repeat(20));
      await chat.send('What is the median?');
      await chat.lastAnswer.getByText(/quickselect/).waitFor();
      await chat.page.waitForTimeout(600);
    },
  },
  {
    name: 'answer',
    reach: async (chat) => {
      await chat.button('Stop the answer').click();
      server.script = says(answer, 4, thought);
      await chat.button('Try again').click();
      await chat.lastAnswer.locator('.katex-display').waitFor();
      await chat.whole();
      await chat
        .button(/^Thought/)
        .last()
        .click();
      await chat.page.waitForTimeout(600);
    },
  },
  {
    name: 'top',
    reach: (chat) =>
      chat.page.getByRole('region', { name: 'Conversation' }).evaluate((element) => element.scrollTo(0, 0)),
  },
  {
    name: 'happened',
    reach: async (chat) => {
      await chat.page.getByTitle('What happened').last().click();
      await chat.page.getByRole('img', { name: /events in/ }).waitFor();
    },
  },
  {
    name: 'tool-call',
    reach: async (chat) => {
      await chat.page.keyboard.press('Escape');
      server.script = calls('get_weather', { city: 'Paris', unit: 'celsius', days: 3 }, 5);
      await chat.ask('How is the weather in Paris?');
    },
  },
  {
    name: 'tools',
    reach: async (chat, isNarrow) => {
      await chat.button(/^Tools/).click();
      for (const name of ['Weather', 'Calculator']) await chat.page.getByRole('button', { name, exact: true }).click();
      await chat.page.getByRole('checkbox', { name: /^get_weather/ }).check();
      await chat.page
        .getByRole('textbox', { name: 'Result for every call of get_weather' })
        .fill('{"temperature": 18}');
      if (isNarrow) return;
      const field = chat.page.getByRole('textbox', { name: 'Functions that the model may call' });
      await field.fill((await field.inputValue()).replace('"string"', '"text"'));
    },
  },
  {
    name: 'tool-result',
    reach: async (chat, isNarrow) => {
      if (!isNarrow) {
        const field = chat.page.getByRole('textbox', { name: 'Functions that the model may call' });
        await field.fill((await field.inputValue()).replace('"text"', '"string"'));
      }
      await chat
        .button(/^Close/)
        .first()
        .click();
      server.script = says('It is 18 degrees in Paris.');
      await chat.button('Send the result').click();
      await chat.lastAnswer.getByText('It is 18 degrees').waitFor();
      await chat.whole();
    },
  },
  {
    name: 'pictures',
    reach: async (chat) => {
      const names = ['030_0.png', '059_0.png'];
      await chat.page
        .locator('form input[type=file]')
        .setInputFiles(names.map((name) => join(import.meta.dirname, '../../../models/tiny/images', name)));
      await chat.page.getByRole('img', { name: names[1]! }).waitFor();
    },
  },
  {
    name: 'boxes',
    reach: async (chat) => {
      server.script = says(
        '```json\n[{"label": "Email", "bbox_2d": [47, 676, 603, 789]},\n {"label": "Share", "bbox_2d": [576, 150, 752, 341]},\n {"label": "Top", "bbox_2d": [10, 5, 300, 60]}]\n```',
      );
      await chat.ask('Find the fields.');
      const rows = chat.lastAnswer.getByRole('list', { name: 'Boxes' }).getByRole('button');
      await rows.nth(2).waitFor();
      await chat.page.waitForTimeout(300);
      await rows.nth(1).focus();
    },
  },
  {
    name: 'error',
    reach: async (chat) => {
      const message = 'the prompt has 40,113 tokens and the answer may have 1,024; the context holds 32,768';
      server.script = refuses(400, { message, code: 'context_length_exceeded' });
      await chat.send('And the whole year, day by day?');
      await chat.lastAnswer.getByRole('alert').waitFor();
    },
  },
  {
    name: 'editing',
    reach: async (chat) => {
      await chat.questions.last().hover();
      await chat.questions.last().getByRole('button', { name: 'Edit the message' }).click();
    },
  },
  {
    name: 'gone',
    reach: async (chat) => {
      await chat.page.getByRole('textbox', { name: 'Edit the message' }).press('Escape');
      await server.stop();
      await chat.send('Hello?');
      await chat.page.getByText('The server cannot be reached.').first().waitFor();
      await server.start();
      await chat.page.waitForTimeout(200);
    },
  },
  {
    name: 'settings',
    reach: async (chat) => {
      await chat.page.getByText('The server cannot be reached.').first().waitFor({ state: 'detached' });
      await chat.button('Settings').click();
      await chat.page.getByRole('textbox', { name: 'Temperature' }).fill('7');
    },
  },
  {
    name: 'sidebar',
    reach: async (chat, isNarrow) => {
      await chat
        .button(/^Close/)
        .first()
        .click();
      if (isNarrow) await chat.button('Show the sidebar').click();
      await chat
        .button(/^More for/)
        .first()
        .click();
      await chat.page.waitForTimeout(300);
    },
  },
  {
    name: 'delete',
    reach: async (chat) => {
      await chat.page.getByRole('menuitem', { name: /Delete/ }).click();
      await chat.page.waitForTimeout(300);
    },
  },
  {
    name: 'server',
    reach: async (chat) => {
      await chat.page.goto(`${server.url}#/server`);
      await chat.page.reload();
      for (let turn = 0; turn < 4; turn++) {
        const body = JSON.stringify({ messages: [{ role: 'user', content: 'Count from 1 to 50' }] });
        await fetch(`${real.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        });
        await chat.page.waitForTimeout(700);
      }
    },
  },
  { name: 'sign-in', reach: (chat) => chat.page.goto(locked.url).then(() => chat.page.waitForTimeout(800)) },
];

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [1280, 390]) {
    const context = await browser.newContext({
      viewport: { width, height: width > 760 ? 820 : 844 },
      colorScheme,
      hasTouch: width < 760,
    });
    const chat = new ChatDriver(await context.newPage());
    for (const { name, reach } of shots) {
      await reach(chat, width < 760);
      await chat.page.waitForTimeout(250);
      await chat.page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`) });
    }
    await context.close();
  }
await browser.close();
await Promise.all([server.stop(), real.stop(0), locked.stop(0)]);
