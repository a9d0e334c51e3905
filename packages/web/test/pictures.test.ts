import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { assertSound } from './axe.ts';
import { browserTest } from './browser.ts';
import { ChatDriver } from './chat-driver.ts';
import { says } from './scripted-server.ts';
import { real, server } from './servers.ts';

const star = await readFile(new URL('../../../models/tiny/images/049_0.png', import.meta.url));
const starUrl = `data:image/png;base64,${star.toString('base64')}`;

/** The server's models, which read what is given here. */
async function modelsRead(...modalities: string[]): Promise<void> {
  const cards = (await (await fetch(new URL('v1/models', real.url))).json()) as { data: Record<string, unknown>[] };
  const architecture = { input_modalities: modalities, output_modalities: ['text'] };
  server.instead.set('/v1/models', { object: 'list', data: cards.data.map((card) => ({ ...card, architecture })) });
}

type File = { name: string; type: string; data: string };

/** Files given to the page by an event of the mouse or of the clipboard. */
async function give(page: Page, event: 'paste' | 'drop' | 'dragover', files: readonly File[]): Promise<void> {
  await page.evaluate(
    ({ event, files }) => {
      const transfer = new DataTransfer();
      for (const { name, type, data } of files) {
        const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
        transfer.items.add(new globalThis.File([bytes], name, { type }));
      }
      const options = { bubbles: true, cancelable: true };
      const at = document.querySelector('form[aria-label=Message] textarea')!;
      if (event === 'paste') at.dispatchEvent(new ClipboardEvent(event, { ...options, clipboardData: transfer }));
      else document.body.dispatchEvent(new DragEvent(event, { ...options, dataTransfer: transfer }));
    },
    { event, files },
  );
}

const image = (name: string): File => ({ name, type: 'image/png', data: star.toString('base64') });
const picturePart = { type: 'image_url', image_url: { url: starUrl } };

browserTest('pictures are chosen, pasted and dropped, sent, kept, and sent again', async ({ page }) => {
  await modelsRead('text', 'image', 'video');
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  await chat.button('Add pictures').waitFor();
  await page.locator('form input[type=file]').setInputFiles({ name: 'star.png', mimeType: 'image/png', buffer: star });
  await page.getByRole('img', { name: 'star.png' }).waitFor();
  await give(page, 'paste', [image('pasted.png')]);
  await page.getByRole('img', { name: 'pasted.png' }).waitFor();
  await give(page, 'dragover', [image('dropped.png')]);
  await page.getByText('Drop the pictures here').waitFor();
  await give(page, 'drop', [image('dropped.png'), { name: 'notes.txt', type: 'text/plain', data: 'aGk=' }]);
  await page.getByRole('img', { name: 'dropped.png' }).waitFor();
  await page.getByRole('alert').getByText('notes.txt: only pictures can be sent.').waitFor();
  await give(page, 'paste', [{ name: 'broken.png', type: 'image/png', data: 'aGk=' }]);
  await page.getByRole('alert').getByText('broken.png is no picture that this browser can read.').waitFor();
  await chat.button('Remove pasted.png').click();
  server.script = says('A star, twice.');
  await chat.ask('What is it?');
  assert.deepEqual(server.asked.at(-1)!.messages, [
    { role: 'user', content: [picturePart, picturePart, { type: 'text', text: 'What is it?' }] },
  ]);
  assert.equal(await page.getByRole('list', { name: 'Pictures' }).count(), 0);

  await page.reload();
  await chat.questions.first().getByRole('img', { name: 'dropped.png' }).waitFor();
  await chat.ask('Sure?');
  assert.deepEqual(server.asked.at(-1)!.messages[0]!.content, [
    picturePart,
    picturePart,
    { type: 'text', text: 'What is it?' },
  ]);
  // They are kept as they are, and their data in no record.
  const stored = await page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('lantern');
      request.onsuccess = () => resolve(request.result);
    });
    const all = (store: string) =>
      new Promise<unknown[]>((resolve) => {
        const request = db.transaction(store).objectStore(store).getAll();
        request.onsuccess = () => resolve(request.result);
      });
    const files = (await all('files')) as { data: Blob }[];
    return {
      sizes: files.map(({ data }) => (data instanceof Blob ? data.size : null)),
      exchanges: JSON.stringify(await all('exchanges')),
    };
  });
  assert.deepEqual(stored.sizes, [star.length, star.length]);
  assert.ok(stored.exchanges.includes('lantern-file:') && !stored.exchanges.includes('base64'));
});

browserTest('a picture beyond the largest is made smaller, another one is not', async ({ page }) => {
  await modelsRead('text', 'image');
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  const sizeSent = async (width: number, height: number) => {
    const data = await page.evaluate(
      async ({ width, height }) => {
        const canvas = new OffscreenCanvas(width, height);
        canvas.getContext('2d')!.fillRect(0, 0, 1, 1);
        const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
        let text = '';
        for (const byte of bytes) text += String.fromCharCode(byte);
        return btoa(text);
      },
      { width, height },
    );
    await give(page, 'drop', [{ name: 'wide.png', type: 'image/png', data }]);
    await page.getByRole('img', { name: 'wide.png' }).last().waitFor();
    server.script = says('Wide.');
    await chat.ask('How wide?');
    const [part] = server.asked.at(-1)!.messages.at(-1)!.content as { image_url: { url: string } }[];
    const bytes = Buffer.from(part!.image_url.url.split(',')[1]!, 'base64');
    return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  };
  assert.deepEqual(await sizeSent(4200, 2100), [1344, 672]);
  assert.deepEqual(await sizeSent(4096, 50), [4096, 50]);
});

browserTest('a model that reads text only gets no pictures, and says so', async ({ page }) => {
  await modelsRead('text');
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  const words = 'This model reads text only; it sees no pictures.';
  assert.equal(await chat.button(words).getAttribute('aria-disabled'), 'true');
  await give(page, 'drop', [image('star.png')]);
  await page.getByRole('alert').getByText(words).waitFor();
  assert.equal(await page.getByRole('img', { name: 'star.png' }).count(), 0);
});

browserTest(
  'boxes that an answer names are drawn over the picture and listed',
  async ({ page }) => {
    await modelsRead('text', 'image');
    const chat = new ChatDriver(page);
    await chat.open(server.url);
    await give(page, 'drop', [image('star.png')]);
    await page.getByRole('img', { name: 'star.png' }).waitFor();
    server.script = says(
      '```json\n[{"bbox_2d": [250, 500, 750, 1000], "label": "green star"},\n {"bbox_2d": [0, 0, 100, 50]}]\n```',
    );
    await chat.ask('Find the stars.');
    const figure = chat.lastAnswer.getByRole('figure', { name: 'Boxes in the picture' });
    const rows = figure.getByRole('list', { name: 'Boxes' }).getByRole('button');
    const picture = figure.getByRole('img', { name: 'star.png' });
    await rows.nth(1).waitFor();
    const { naturalWidth, naturalHeight } = await picture.evaluate(
      ({ naturalWidth, naturalHeight }: HTMLImageElement) => ({
        naturalWidth,
        naturalHeight,
      }),
    );
    const [w, h] = [Math.round(naturalWidth / 2), Math.round(naturalHeight / 2)];
    await rows
      .first()
      .getByText(`${w} × ${h} px at ${Math.round(naturalWidth / 4)}, ${h}`)
      .waitFor();
    assert.match((await rows.first().textContent()) ?? '', /^green star/);
    assert.match((await rows.nth(1).textContent()) ?? '', /^Box 2/);

    // Where they lie.
    const all = (await picture.boundingBox())!;
    const box = figure.locator('[aria-hidden=true]').filter({ hasText: 'green star' });
    const drawn = (await box.boundingBox())!;
    const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 2, `${a} is not ${b}`);
    near(drawn.x, all.x + all.width / 4);
    near(drawn.y, all.y + all.height / 2);
    near(drawn.width, all.width / 2);
    near(drawn.height, all.height / 2);

    // Pointing at one place shows in the others.
    const marked = () => page.evaluate(() => [...(CSS.highlights.get('lantern-box') ?? [])].map(String));
    await rows.first().hover();
    assert.equal(await box.getAttribute('data-active'), 'true');
    assert.deepEqual(await marked(), ['{"bbox_2d": [250, 500, 750, 1000], "label": "green star"}']);
    await box.hover();
    assert.equal(await rows.first().getAttribute('data-active'), 'true');
    await chat.lastAnswer.locator('pre').hover({ position: { x: 60, y: 25 } });
    assert.deepEqual(await marked(), ['{"bbox_2d": [250, 500, 750, 1000], "label": "green star"}']);
    await chat.input.hover();
    assert.deepEqual(await marked(), []);
    await rows.nth(1).focus();
    assert.deepEqual(await marked(), ['{"bbox_2d": [0, 0, 100, 50]}']);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(200);
      await assertSound(page, `boxes, ${colorScheme}`);
    }
  },
  { reducedMotion: 'reduce' },
);
