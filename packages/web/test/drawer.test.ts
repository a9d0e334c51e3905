import assert from 'node:assert/strict';
import { stripTypeScriptTypes } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { browserTest } from './browser.ts';
import { ChatDriver } from './chat-driver.ts';
import { refuses, type Script, Stream, says, saysLikely } from './scripted-server.ts';
import { server } from './servers.ts';

const drawerOf = (page: Page) => page.getByRole('dialog', { name: 'What happened' });

/** Opens what happened for the last answer, at one of its views. */
async function openView(page: Page, view: string): Promise<Locator> {
  await page.getByTitle('What happened').last().click();
  await drawerOf(page).getByRole('tab', { name: view, exact: true }).click();
  return drawerOf(page);
}

const awkward = `it's "quoted"\n$HOME \`date\` \\n JSON\nJSON\n世界 🙂`;

browserTest('the request stands there as it was sent, and as programs that send it', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  await page.evaluate(() => sessionStorage.setItem('lantern.key', 'a-very-secret-key'));
  server.script = says('Yes.', 0, 'Well.');
  await chat.ask('First');
  await chat.ask(awkward);
  const sent = server.asked.at(-1)!;
  const drawer = await openView(page, 'Request');
  await drawer.getByText(`POST ${server.url}v1/chat/completions`).waitFor();
  const codes: Record<string, string> = {};
  for (const form of ['JSON', 'cURL', 'Python', 'TypeScript']) {
    await drawer.getByText(form, { exact: true }).click();
    await drawer.getByText(form === 'cURL' ? 'bash' : form.toLowerCase(), { exact: true }).waitFor();
    await drawer.getByRole('button', { name: /^Cop/ }).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(await drawer.locator('pre').textContent(), copied);
    codes[form] = copied;
  }
  assert.deepEqual(JSON.parse(codes.JSON!), sent);
  const hereDocument = /<<'JSON'\n([\s\S]*?)\nJSON\n/.exec(codes.cURL!);
  assert.deepEqual(JSON.parse(hereDocument![1]!), sent);
  assert.ok(codes.cURL!.startsWith(`curl --no-buffer '${server.url}v1/chat/completions'`));
  assert.match(stripTypeScriptTypes(codes.TypeScript!), /chat\.completions\.create\(\{/);
  for (const form of ['Python', 'TypeScript']) {
    assert.ok(codes[form]!.includes(JSON.stringify(`${server.url}v1`)), form);
    assert.ok(codes[form]!.includes(JSON.stringify(sent.model)), form);
  }
  for (const [form, code] of Object.entries(codes)) {
    assert.ok(!code.includes('a-very-secret-key'), form);
    assert.equal(code.includes('LANTERN_API_KEY'), form !== 'JSON', form);
  }
});

/** Words with a pause before one of them. */
function stalls(words: readonly string[], before: string, milliseconds: number): Script {
  return async (response) => {
    response.setHeader('x-request-id', 'request-77');
    const stream = new Stream(response);
    for (const word of words) {
      if (word === before) await wait(milliseconds);
      stream.send({ content: word });
      await wait(8);
    }
    stream.end();
  };
}

browserTest(
  'the figures tell status, id and tokens; chunks tell when each came, and where nothing did',
  async ({ page }) => {
    const chat = new ChatDriver(page);
    await chat.open(server.url);
    server.script = stalls(['one ', 'two ', 'three ', 'late ', 'five'], 'late ', 400);
    await chat.ask('Count');
    const drawer = await openView(page, 'Timeline');
    const figure = (name: string) => drawer.locator('dl > div').filter({ hasText: name }).locator('dd').first();
    assert.equal(await figure('HTTP status').textContent(), '200');
    assert.equal(await figure('Request id').textContent(), 'request-77');
    assert.equal(await figure('Finish reason').textContent(), 'stop');
    assert.equal(await figure('Tokens of the prompt').textContent(), '300');
    assert.equal(await figure('of these cached').textContent(), '256');
    await drawer.getByRole('img', { name: /, 1 stall$/ }).waitFor();

    await drawer.getByRole('tab', { name: 'Chunks' }).click();
    // The role, five words, the reason why it ended, usage, the end of the stream.
    await drawer.getByText(/^9 chunks, 1 stall of/).waitFor();
    const rows = drawer.getByRole('option');
    assert.equal(await rows.count(), 9);
    await drawer.getByRole('button', { name: 'Stall after' }).click();
    const late = drawer.getByRole('option', { selected: true });
    assert.match((await late.textContent())!, /\+[3-9]\d\d ms.*late/);
    const shown = drawer.getByRole('region', { name: 'Chunk 5 as sent' });
    const chunk = JSON.parse((await shown.locator('pre').textContent())!) as { choices: { delta: object }[] };
    assert.deepEqual(chunk.choices[0]!.delta, { content: 'late ' });

    // The keyboard goes from row to row, and the strip goes along.
    await drawer.getByRole('listbox', { name: 'Chunks' }).focus();
    await page.keyboard.press('End');
    assert.match((await drawer.getByRole('option', { selected: true }).textContent())!, /end of the stream/);
    await page.keyboard.press('ArrowUp');
    assert.match((await drawer.getByRole('option', { selected: true }).textContent())!, /usage/);
    const slider = drawer.getByRole('slider', { name: 'Moment of the stream' });
    assert.match((await slider.getAttribute('aria-valuetext'))!, /chunk 8 of 9$/);
    await slider.focus();
    await page.keyboard.press('Home');
    assert.match((await drawer.getByRole('option', { selected: true }).textContent())!, /^1/);

    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('title')), 'What happened');
  },
);

browserTest('a refusal has its status and id', async ({ page }) => {
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  server.script = refuses(400, { message: 'no room', code: 'full' }, { 'x-request-id': 'request-78' });
  await chat.send('Hello');
  await chat.lastAnswer.getByRole('alert').waitFor();
  const drawer = await openView(page, 'Timeline');
  await drawer.getByText('request-78').waitFor();
  await drawer.getByText('400', { exact: true }).waitFor();
  await drawer.getByRole('tab', { name: 'Request' }).click();
  assert.deepEqual(JSON.parse((await drawer.locator('pre').textContent())!), server.asked.at(-1));
});

browserTest('20,000 chunks are scrolled without a long task', async ({ page }, test) => {
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  server.script = (response) => {
    const stream = new Stream(response);
    for (let index = 0; index < 20_000; index++) stream.send({ content: `w${index} ` });
    stream.end();
  };
  await chat.send('Go on');
  await page.locator('article[aria-label="Answer"][aria-busy="false"]').waitFor({ timeout: 40_000 });
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(globalThis, { times });
    new PerformanceObserver((entries) => times.push(...entries.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    });
  });
  const drawer = await openView(page, 'Chunks');
  const list = drawer.getByRole('listbox', { name: 'Chunks' });
  await list.waitFor();
  await page.waitForTimeout(300);
  const { opening, longest, rows } = await page.evaluate(async () => {
    const { times } = globalThis as unknown as { times: number[] };
    const opening = Math.max(0, ...times.splice(0));
    const box = document.querySelector('[role="listbox"]')!;
    for (let step = 0; step <= 30; step++) {
      box.scrollTop = (step / 30) * box.scrollHeight;
      await new Promise(requestAnimationFrame);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { opening, longest: Math.max(0, ...times), rows: document.querySelectorAll('[role="option"]').length };
  });
  test.diagnostic(
    `opened in a task of ${Math.round(opening)} ms; ${rows} rows at once, scrolled in tasks of ${Math.round(longest)} ms at most`,
  );
  assert.ok(rows < 60, String(rows));
  assert.ok(longest <= 100, String(longest));
  await list.focus();
  await page.keyboard.press('End');
  await drawer.getByRole('option', { selected: true }).getByText('end of the stream').waitFor();
  assert.equal(await drawer.getByRole('option', { selected: true }).getAttribute('aria-posinset'), '20004');
});

browserTest('without probabilities it says how they are had, and gets them', async ({ page }) => {
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  server.script = says('Paris.');
  await chat.ask('The capital?');
  assert.equal(server.asked.at(-1)!.logprobs, undefined);
  let drawer = await openView(page, 'Tokens');
  await drawer.getByText('“Probabilities of tokens” in the settings').waitFor();
  server.script = saysLikely([
    ['Paris', 0.7, { Lyon: 0.2, '\n': 0.05 }],
    [' it', 0.1, { ' is': 0.9 }],
    [' is', 1],
  ]);
  await drawer.getByRole('button', { name: 'Switch them on and answer again' }).click();
  await drawer.waitFor({ state: 'detached' });
  await chat.whole();
  const { logprobs, top_logprobs } = server.asked.at(-1)!;
  assert.deepEqual([logprobs, top_logprobs], [true, 5]);
  await chat.button('Settings').click();
  assert.ok(await page.getByRole('checkbox', { name: /Probabilities of tokens/ }).isChecked());

  drawer = await openView(page, 'Tokens');
  const tokens = drawer.getByRole('listbox', { name: 'Tokens' }).getByRole('option');
  assert.deepEqual(await tokens.allTextContents(), ['Paris', ' it', ' is']);
  const heats = await tokens.evaluateAll((all) =>
    all.map((token) => Number(getComputedStyle(token).getPropertyValue('--heat'))),
  );
  assert.deepEqual(heats, [0.3, 0.9, 0]);
  const alternatives = () =>
    drawer.getByRole('region', { name: 'What could have stood here' }).getByRole('listitem').allTextContents();
  assert.deepEqual(await alternatives(), ['Paris70 %, taken', 'Lyon20 %', '↵5.0 %']);

  // By keyboard alone: into the text, on to the next token, and what else could have stood there.
  await drawer.getByRole('button', { name: 'Unlikely token after' }).focus();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Paris');
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), ' it');
  assert.deepEqual(await alternatives(), [' is90 %', ' it10 %, taken']);
  assert.equal(await tokens.nth(1).getAttribute('aria-label'), '“ it” 10 %; otherwise “ is” 90 %');
  // By pointer, and back to the focused one.
  await tokens.nth(0).hover();
  assert.deepEqual(await alternatives(), ['Paris70 %, taken', 'Lyon20 %', '↵5.0 %']);
  await drawer.getByRole('heading', { name: 'What happened' }).hover();
  assert.deepEqual(await alternatives(), [' is90 %', ' it10 %, taken']);
});
