import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { assertSound } from './axe.ts';
import { browserTest } from './browser.ts';
import { ChatDriver } from './chat-driver.ts';
import { longAnswer } from './long-answer.ts';
import { calls, refuses, says, saysLikely } from './scripted-server.ts';
import { real, server } from './servers.ts';

/** Brings the page into a state that has to stand up to a look. */
type State = { name: string; reach: (chat: ChatDriver) => Promise<unknown> };

const chatWith = async (chat: ChatDriver) => {
  await chat.open(server.url);
  server.script = says(longAnswer(150), 0, 'Let me see.');
  await chat.ask('Tell me everything');
  server.script = calls('get_weather', { city: 'Paris' });
  await chat.ask('And the weather?');
  server.script = refuses(400, { message: 'no room left', code: 'context_length_exceeded' });
  await chat.send('More');
  await chat.lastAnswer.getByRole('alert').waitFor();
};

const states: readonly State[] = [
  { name: 'an empty chat', reach: (chat) => chat.open(server.url) },
  { name: 'a chat', reach: chatWith },
  {
    name: 'the settings',
    reach: async (chat) => {
      await chat.open(server.url);
      await chat.button('Settings').click();
      await chat.page.getByRole('textbox', { name: 'Temperature' }).waitFor();
    },
  },
  {
    name: 'a menu',
    reach: async (chat) => {
      await chat.open(server.url);
      await chat.button(/^Model:/).click();
      await chat.page.getByRole('menu').waitFor();
    },
  },
  {
    name: 'what happened',
    reach: async (chat) => {
      await chat.open(server.url);
      server.script = says('Yes.', 5, 'Well.');
      await chat.ask('So?');
      await chat.page.getByTitle('What happened').click();
      await chat.page.getByRole('img', { name: /events in/ }).waitFor();
    },
  },
  ...(['Chunks', 'Tokens', 'Request'] as const).map((tab) => ({
    name: `what happened: ${tab}`,
    reach: async (chat: ChatDriver) => {
      await chat.open(server.url);
      server.script = saysLikely([
        ['The', 0.9, { A: 0.1 }],
        [' ship', 0.02, { ' boat': 0.6, ' ferry': 0.38 }],
        [' came\n', 0.5, {}],
      ]);
      await chat.ask('So?');
      await chat.page.getByTitle('What happened').click();
      await chat.page.getByRole('tab', { name: tab }).click();
      await chat.page
        .getByRole('tabpanel')
        .getByText(tab === 'Request' ? 'POST' : 'came')
        .first()
        .waitFor();
    },
  })),
  {
    name: 'an empty comparison',
    reach: async (chat) => {
      await chat.page.goto(`${server.url}#/compare`);
      await chat.page.getByRole('heading', { name: 'One question, two answers' }).waitFor();
    },
  },
  {
    name: 'a comparison',
    reach: async (chat) => {
      server.script = says(longAnswer(150), 0, 'Let me see.');
      const question = chat.page.getByRole('textbox', { name: 'Question for both columns' });
      await question.fill('Tell me everything');
      await question.press('Enter');
      await chat
        .button(/^Thought/)
        .first()
        .waitFor();
      await chat.button('Ask').waitFor();
    },
  },
  {
    name: 'the server',
    reach: async (chat) => {
      await chat.page.goto(`${server.url}#/server`);
      await chat.page.getByRole('img', { name: /^Tokens per second/ }).waitFor();
      await chat.page.getByText('Requests answered').waitFor();
    },
  },
];

for (const [width, height] of [
  [1280, 800],
  [360, 740],
] as const)
  browserTest(
    `axe finds nothing grave in light and dark, and nothing sticks out: ${width} px`,
    async ({ page }) => {
      const chat = new ChatDriver(page);
      for (const { name, reach } of states) {
        await page.emulateMedia({ colorScheme: 'light' });
        await reach(chat);
        await page.waitForTimeout(200);
        await assertFits(page, name);
        await assertSound(page, `${name}, light`);
        await page.emulateMedia({ colorScheme: 'dark' });
        await page.waitForTimeout(200);
        await assertSound(page, `${name}, dark`, { runOnly: ['color-contrast'] });
      }
    },
    { viewport: { width, height }, reducedMotion: 'reduce' },
  );

async function assertFits(page: Page, state: string): Promise<void> {
  const sticking = await page.evaluate(() => {
    const wide = document.documentElement.clientWidth;
    return [...document.querySelectorAll('body *')]
      .filter((element) => {
        const { right, left, width } = element.getBoundingClientRect();
        const isClipped = element.closest(
          '[class*="fence"], [class*="table"], [class*="json"], .visually-hidden, [class*="glimpse"]',
        );
        return (
          width > 0 &&
          !isClipped &&
          (right > wide + 1 || left < -1) &&
          getComputedStyle(element).visibility !== 'hidden'
        );
      })
      .map((element) => element.outerHTML.slice(0, 160));
  });
  assert.deepEqual(sticking.slice(0, 3), [], `${state} is wider than the screen`);
}

browserTest('the keyboard alone reaches and does everything', async ({ page }) => {
  const chat = new ChatDriver(page);
  await chatWith(chat);
  await chat.button('Skip to the page').focus();
  await page.keyboard.press('Shift+Tab');
  const reached = new Set<string>();
  for (let step = 0; step < 120; step++) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      element.setAttribute('data-reached', '');
      const { outlineStyle, borderColor } = getComputedStyle(element);
      const hasRing = outlineStyle !== 'none' || element.matches('textarea') || borderColor !== '';
      return `${hasRing ? '' : 'no ring: '}${element.getAttribute('aria-label') ?? element.textContent?.slice(0, 40) ?? ''}`;
    });
    if (name !== null) reached.add(name);
  }
  const missed = await page.evaluate(() =>
    [...document.querySelectorAll('button, a[href], input, textarea, [tabindex="0"]')]
      .filter((element) => {
        const isShown = (element as HTMLElement).offsetParent !== null && !(element as HTMLButtonElement).disabled;
        return isShown && !element.hasAttribute('data-reached') && element.getAttribute('tabindex') !== '-1';
      })
      .map((element) => element.outerHTML.slice(0, 160)),
  );
  assert.deepEqual(missed, []);
  assert.deepEqual(
    [...reached].filter((name) => name.startsWith('no ring')),
    [],
  );

  // A menu, a choice in it, a dialog, and back to where one was.
  await chat.button(/^Thinking:/).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitemradio', { name: /Fast/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await page.getByTitle('What happened').first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'What happened' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('title')), 'What happened');

  // An answer is stopped by Escape where one types.
  server.script = says('word '.repeat(200), 20);
  await chat.input.focus();
  await page.keyboard.type('Go');
  await page.keyboard.press('Enter');
  await chat.lastAnswer.getByText('word word').waitFor();
  await page.keyboard.press('Escape');
  await chat.lastAnswer.getByText('You stopped this answer.').waitFor();
});

const MOST_SCRIPT_BYTES = 300_000;
const MOST_PAINT_MS = 1000;

browserTest('the first load is light and painted within a second', async ({ page, context }, test) => {
  const scripts: Promise<[string, number]>[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('.js'))
      scripts.push(
        response
          .request()
          .sizes()
          .then(({ responseBodySize }) => [response.url(), responseBodySize]),
      );
  });
  const chat = new ChatDriver(page);
  const paints: number[] = [];
  for (let attempt = 0; attempt < 3 && !(paints.at(-1)! <= MOST_PAINT_MS); attempt++) {
    // As if it had never been here.
    const cdp = await context.newCDPSession(page);
    await cdp.send('Network.enable');
    await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
    await page.goto(real.url);
    await page.getByRole('heading', { name: 'What shall we talk about?' }).waitFor();
    paints.push(
      await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            new PerformanceObserver((list) => resolve(list.getEntries().at(-1)!.startTime)).observe({
              type: 'largest-contentful-paint',
              buffered: true,
            });
          }),
      ),
    );
  }
  const sizes = await Promise.all(scripts);
  const once = new Map(sizes);
  const bytes = [...once.values()].reduce((sum, size) => sum + size, 0);
  test.diagnostic(
    `${Math.round(bytes / 1000)} kB of compressed JavaScript, painted after ${Math.round(Math.min(...paints))} ms`,
  );
  assert.ok(bytes > 10_000 && bytes <= MOST_SCRIPT_BYTES, [...once].map(([url, size]) => `${url} ${size}`).join('\n'));
  assert.ok(Math.min(...paints) <= MOST_PAINT_MS, paints.join(', '));
  await chat.ask('What is 347 + 586?');
});
