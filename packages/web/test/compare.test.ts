import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { browserTest } from './browser.ts';
import { Stream, says } from './scripted-server.ts';
import { server } from './servers.ts';

/** The page that compares, as a person sees it. */
const parts = (page: Page) => ({
  question: page.getByRole('textbox', { name: 'Question for both columns' }),
  column: (name: string) => page.getByRole('region', { name: `Column ${name}`, exact: true }),
  ask: page.getByRole('button', { name: 'Ask', exact: true }),
});

async function open(page: Page): Promise<ReturnType<typeof parts>> {
  await page.goto(`${server.url}#/compare`);
  const compare = parts(page);
  await compare.question.waitFor();
  return compare;
}

browserTest('both columns stream at once, each as it is set, and a reload keeps them', async ({ page }) => {
  const compare = await open(page);
  const first = server.asked.length;
  // Neither ends before the other has begun.
  const begun = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  server.script = async (response, body, index) => {
    const stream = new Stream(response);
    stream.send({ content: body.enable_thinking ? 'slow ' : 'quick ' });
    begun[index - first]!.resolve();
    await Promise.all(begun.map(({ promise }) => promise));
    for (let word = 0; word < 10; word++) {
      stream.send({ content: `word${word} ` });
      await wait(10);
    }
    stream.end();
  };
  await compare.question.fill('What is it?');
  await compare.question.press('Enter');
  await compare.column('A').getByText('slow word0').waitFor();
  await compare.column('B').getByText('quick word0').waitFor();
  await compare.ask.waitFor();
  const [a, b] = server.asked.slice(first);
  assert.deepEqual([a!.enable_thinking, a!.enable_fast], [true, undefined]);
  assert.deepEqual([b!.enable_thinking, b!.enable_fast], [undefined, true]);
  assert.deepEqual(a!.messages, b!.messages);
  for (const name of ['A', 'B'])
    assert.match((await compare.column(name).textContent())!, /tok\/s.*tokens.*first after/, name);

  // Going on: each column with what it said itself.
  server.script = says('Indeed.');
  await compare.question.fill('And?');
  await compare.question.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('article[aria-label="Answer"]').length === 4);
  await compare.ask.waitFor();
  const said = server.asked.slice(first + 2).map(({ messages }) => String(messages[1]!.content).split(' ')[0]);
  assert.deepEqual(said.sort(), ['quick', 'slow']);

  await page.reload();
  await compare.column('A').getByText('slow word0').waitFor();
  await compare.column('B').getByText('quick word0').waitFor();
  assert.equal(await page.getByRole('article', { name: 'You' }).count(), 2);

  // Each answer has its record.
  await compare.column('B').first().getByTitle('What happened').click();
  const drawer = page.getByRole('dialog', { name: 'What happened' });
  await drawer.getByRole('tab', { name: 'Request' }).click();
  assert.deepEqual(JSON.parse((await drawer.locator('pre').textContent())!), b);
  await page.keyboard.press('Escape');

  // It is no chat, and can be deleted as a whole.
  const rows = page.getByRole('navigation', { name: 'Comparisons' }).getByRole('link');
  assert.deepEqual(await rows.allTextContents(), ['What is it?thinking · no thinking']);
  await page.getByRole('link', { name: 'Chat', exact: true }).click();
  await page.getByText('Conversations are kept in this browser.').waitFor();
  await page.goBack();
  await rows.first().waitFor();
  await page.getByRole('button', { name: 'Delete What is it?' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('heading', { name: 'One question, two answers' }).waitFor();
  await page.reload();
  await page.getByText('Comparisons are kept in this browser.').waitFor();
});

browserTest('a question that is asked before the browser has opened its database stays', async ({ page }) => {
  // The database opens when the test says so; on a busy machine it takes that long by itself.
  await page.addInitScript(() => {
    const { addEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (type: string, listener: EventListener, ...rest: unknown[]) {
      const isOpening = this instanceof IDBOpenDBRequest && type === 'success';
      const late = (event: Event) =>
        addEventListener.call(window, 'open-database', () => listener.call(this, event), { once: true });
      addEventListener.call(this, type, isOpening ? late : listener, ...(rest as [boolean?]));
    };
  });
  const compare = await open(page);
  server.script = says('Yes.');
  await compare.question.fill('Well?');
  await compare.question.press('Enter');
  for (const name of ['A', 'B']) await compare.column(name).getByText('Yes.').waitFor();
  const openDatabase = () => page.evaluate(() => dispatchEvent(new Event('open-database')));
  await openDatabase();
  await page.getByRole('navigation', { name: 'Comparisons' }).getByRole('link').waitFor();
  await page.waitForTimeout(200);
  for (const name of ['A', 'B']) assert.equal(await compare.column(name).getByText('Yes.').count(), 1);
  await page.reload();
  await page.getByText('Comparisons are kept in this browser.').waitFor();
  await openDatabase();
  for (const name of ['A', 'B']) await compare.column(name).getByText('Yes.').waitFor();
});

browserTest('one column is stopped, then the other, or both at once', async ({ page }) => {
  const compare = await open(page);
  server.script = says('word '.repeat(400), 20);
  await compare.question.fill('Go');
  await compare.question.press('Enter');
  await compare.column('A').getByText('word word').waitFor();
  await compare.column('B').getByText('word word').waitFor();
  await page.getByRole('button', { name: 'Stop column A' }).click();
  await compare.column('A').getByText('You stopped this answer.').waitFor();
  const before = (await compare.column('B').textContent())!.length;
  await page.waitForTimeout(150);
  assert.ok((await compare.column('B').textContent())!.length > before, 'the other goes on');
  await page.getByRole('button', { name: 'Stop all answers' }).click();
  await compare.column('B').getByText('You stopped this answer.').waitFor();

  await page.getByRole('button', { name: 'Answer again in all columns' }).click();
  await compare.column('A').getByText('word word').waitFor();
  await compare.column('B').getByText('word word').waitFor();
  await compare.question.press('Escape');
  await compare.column('A').getByText('You stopped this answer.').waitFor();
  await compare.column('B').getByText('You stopped this answer.').waitFor();
});

browserTest('presets: two temperatures, two models, and settings of one column', async ({ page }) => {
  server.instead.set('/v1/models', {
    object: 'list',
    data: [{ id: 'one' }, { id: 'uno', root: 'one' }, { id: 'two' }],
  });
  const compare = await open(page);
  server.script = says('Yes.');
  const askBoth = async () => {
    const first = server.asked.length;
    await compare.question.fill('Well?');
    await compare.question.press('Enter');
    await page.waitForFunction(() => !document.querySelector('article[aria-busy="true"]'));
    await compare.column('B').getByText('Yes.').last().waitFor();
    await compare.ask.waitFor();
    return server.asked.slice(first);
  };
  await page.getByRole('button', { name: /^Two temperatures/ }).click();
  assert.deepEqual(
    (await askBoth()).map(({ temperature }) => temperature),
    [0, 1],
  );
  await page.getByRole('button', { name: 'Presets' }).click();
  await page.getByRole('menuitem', { name: 'Two models' }).click();
  assert.deepEqual(
    (await askBoth()).map(({ model, temperature }) => [model, temperature]),
    [
      ['one', undefined],
      ['two', undefined],
    ],
  );
  await page.getByRole('button', { name: 'Settings of column B' }).click();
  await page.getByRole('textbox', { name: 'Top K' }).fill('7');
  await page.keyboard.press('Escape');
  await page.getByText('top K 7').first().waitFor();
  assert.deepEqual(
    (await askBoth()).map(({ top_k }) => top_k),
    [undefined, 7],
  );
  server.instead.clear();
});

browserTest(
  'on a phone the columns are tabs, and both are asked',
  async ({ page }) => {
    const compare = await open(page);
    server.script = (response, body, index) =>
      says(body.enable_thinking ? 'From A.' : 'From B.')(response, body, index);
    await compare.question.fill('Who?');
    await compare.question.press('Enter');
    await compare.column('A').getByText('From A.').waitFor();
    assert.equal(await compare.column('B').count(), 0);
    await page.getByRole('tab', { name: 'Column A' }).press('ArrowRight');
    await compare.column('B').getByText('From B.').waitFor();
  },
  { viewport: { width: 360, height: 740 } },
);

browserTest('the keyboard alone asks, reaches both columns, opens a record and stops', async ({ page }) => {
  const compare = await open(page);
  server.script = says('Yes.');
  await compare.question.focus();
  await page.keyboard.type('Well?');
  await page.keyboard.press('Enter');
  await compare.column('B').getByText('Yes.').waitFor();
  await compare.ask.waitFor();
  await page.getByRole('button', { name: 'Skip to the page' }).focus();
  const reached: string[] = [];
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const { activeElement: element } = document;
      return element === document.body ? null : (element?.getAttribute('aria-label') ?? element?.textContent ?? '');
    });
    if (name === null) break;
    reached.push(name);
  }
  for (const wanted of ['Presets', 'Comparison', 'Settings of column A', 'Settings of column B', 'Delete Well?'])
    assert.ok(reached.includes(wanted), `${wanted} is not among ${reached.join(' | ')}`);
  assert.equal(reached.filter((name) => /first after/.test(name)).length, 2);
  await compare.column('B').getByTitle('What happened').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'What happened' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.match((await page.evaluate(() => document.activeElement?.textContent))!, /first after/);
});
