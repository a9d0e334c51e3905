import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { RunningServer } from '../../server/src/start-server.ts';
import { browserTest, closeBrowser } from './browser.ts';
import { ChatDriver } from './chat-driver.ts';
import { webServer } from './web-server.ts';

let server: RunningServer;
before(async () => {
  server = await webServer({ apiKeys: ['the-right-key'] });
});
after(async () => {
  await closeBrowser();
  await server.stop(0);
});

browserTest(
  'a server with keys asks for one, refuses a wrong one and keeps the right one for the session',
  async ({ page, context }) => {
    const chat = new ChatDriver(page);
    await page.goto(server.url);
    const dialog = page.getByRole('dialog', { name: 'This server needs a key' });
    const field = dialog.getByLabel('API key');
    await field.fill('a-wrong-key');
    await field.press('Enter');
    await dialog.getByRole('alert').getByText('The server does not accept this key.').waitFor();
    await field.fill('the-right-key');
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.match(await chat.ask('What is 347 + 586?'), /933/);

    await page.getByRole('link', { name: 'Server', exact: true }).click();
    await page.getByText('Requests answered').waitFor();
    await page.getByRole('region', { name: 'Models' }).getByText('lantern-tiny').first().waitFor();
    await page.goBack();

    await page.reload();
    await chat.lastAnswer.getByText('933').first().waitFor();
    assert.equal(await dialog.count(), 0);
    assert.ok(!(await page.evaluate(() => JSON.stringify(localStorage))).includes('the-right-key'));
    const stored = await page.evaluate(async () => {
      const [{ name }] = (await indexedDB.databases()) as [{ name: string }];
      const db = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(request.result);
      });
      const all = await Promise.all(
        [...db.objectStoreNames].map(
          (store) =>
            new Promise((resolve) => {
              const request = db.transaction(store).objectStore(store).getAll();
              request.onsuccess = () => resolve(request.result);
            }),
        ),
      );
      return JSON.stringify(all);
    });
    assert.ok(stored.includes('chat/completions') && !stored.includes('the-right-key'));

    // Another session has none.
    const other = await context.newPage();
    await other.goto(server.url);
    await other.getByRole('dialog', { name: 'This server needs a key' }).waitFor();
    await other.close();

    await chat.button('Forget the key').click();
    await dialog.waitFor();
  },
);
