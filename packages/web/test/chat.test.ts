import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { browserTest, watchTroubles } from './browser.ts';
import { ChatDriver } from './chat-driver.ts';
import { calls, refuses, says } from './scripted-server.ts';
import { real, server } from './servers.ts';

browserTest('the built-in model answers an example; a reload keeps everything', async ({ page }) => {
  const chat = new ChatDriver(page);
  await chat.open(real.url);
  await chat.button(/What is 347 \+ 586/).click();
  assert.match(await chat.whole(), /933/);
  assert.match((await chat.lastAnswer.textContent()) ?? '', /tok\/s.*tokens.*first after/);
  await chat.choose(/^Thinking:/, 'Fast');
  await chat.ask('How do I write the factorial in python?');
  await page.locator('code .hljs-keyword').first().waitFor();
  await chat.input.fill('not sent yet');
  const before = await chat.answers.allTextContents();

  await page.reload();
  await chat.answers.nth(1).waitFor();
  await page.locator('code .hljs-keyword').first().waitFor();
  assert.deepEqual(await chat.answers.allTextContents(), before);
  assert.equal(await chat.input.inputValue(), 'not sent yet');
  assert.equal(await chat.rows.count(), 1);
  await chat.button(/^Thinking: Fast/).waitFor();
});

browserTest('an answer streams; stopping keeps what has come', async ({ page }) => {
  server.script = says('one two three four five six seven eight nine ten '.repeat(30), 20);
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  await chat.send('Count.');
  await chat.lastAnswer.getByText('one two three').waitFor();
  assert.equal(await chat.lastAnswer.getAttribute('aria-busy'), 'true');
  await chat.button('Stop the answer').click();
  await chat.lastAnswer.getByText('You stopped this answer.').waitFor();
  const text = await chat.lastAnswer.textContent();
  assert.match(text ?? '', /one two three/);
  // The next request goes on from what was said.
  server.script = says('Done.');
  await chat.ask('And?');
  const said = server.asked.at(-1)!.messages.map(({ role }) => role);
  assert.deepEqual(said, ['user', 'assistant', 'user']);
  assert.match(String(server.asked.at(-1)!.messages[1]!.content), /^one two three/);
});

browserTest('thinking is folded with its duration and told in the next request', async ({ page }) => {
  server.script = says('The answer is 4.', 5, 'Two and two, let me see.');
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  await chat.choose(/^Thinking:/, 'Thinking');
  await chat.ask('2 + 2?');
  const fold = chat.button(/^Thought for [\d.]+ m?s/);
  assert.equal(await fold.getAttribute('aria-expanded'), 'false');
  await fold.click();
  await chat.lastAnswer.getByText('Two and two, let me see.').waitFor();
  const { enable_thinking, stream, stream_options, logprobs } = server.asked.at(-1)!;
  assert.deepEqual(
    [enable_thinking, stream, stream_options, logprobs],
    [true, true, { include_usage: true }, undefined],
  );
  await chat.ask('Sure?');
  assert.deepEqual(server.asked.at(-1)!.messages[1], {
    role: 'assistant',
    content: 'The answer is 4.',
    reasoning_content: 'Two and two, let me see.',
  });
});

browserTest('asking again and editing keep what was there as versions', async ({ page }) => {
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  server.script = says('First answer.');
  await chat.ask('Question one');
  server.script = says('Second answer.');
  await chat.button('Answer again').click();
  await chat.lastAnswer.getByText('Second answer.').waitFor();
  await chat.lastAnswer.getByText('2/2').waitFor();
  await chat.lastAnswer.getByRole('button', { name: 'Earlier version' }).click();
  await chat.lastAnswer.getByText('First answer.').waitFor();

  server.script = says('Third answer.');
  await chat.questions.first().hover();
  await chat.button('Edit the message').click();
  const editor = page.getByRole('textbox', { name: 'Edit the message' });
  await editor.fill('Question two');
  await editor.press('Enter');
  await chat.lastAnswer.getByText('Third answer.').waitFor();
  assert.deepEqual(server.asked.at(-1)!.messages, [{ role: 'user', content: 'Question two' }]);
  await chat.questions.first().getByRole('button', { name: 'Earlier version' }).click();
  await chat.questions.first().getByText('Question one').waitFor();
  await page.reload();
  await chat.questions.first().getByText('1/2').waitFor();
});

browserTest('a call of a function is a card whose arguments fill in', async ({ page }) => {
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  server.script = calls('get_weather', { city: 'Paris', unit: 'celsius' }, 30);
  await chat.send('Weather?');
  const card = page.getByRole('article', { name: 'Call of get_weather' });
  await card.getByText('writing …').waitFor();
  await card.getByText('"city": "Paris"').waitFor();
});

browserTest('formulas and tables are drawn, prices and HTML are not taken for them', async ({ page }) => {
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  server.script = says(
    'Euler: \\(e^{i\\pi} + 1 = 0\\) and $a^2$.\n\n\\[\\int_0^1 x\\,dx\\]\n\nIt costs $5 and $10.\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\nWrite `<b>` as <b>bold</b>. ![far](https://far.invalid/x.png)',
  );
  await chat.ask('Show.');
  await chat.lastAnswer.locator('.katex').nth(2).waitFor();
  assert.equal(await chat.lastAnswer.locator('.katex').count(), 3);
  assert.equal(await chat.lastAnswer.locator('.katex-display').count(), 1);
  assert.match((await chat.lastAnswer.textContent()) ?? '', /It costs \$5 and \$10\./);
  await chat.lastAnswer.getByRole('table').waitFor();
  assert.equal(await chat.lastAnswer.locator('img').count(), 0);
  assert.match((await chat.lastAnswer.textContent()) ?? '', /<b>bold<\/b>/);
});

browserTest('conversations are searched, renamed, deleted', async ({ page }) => {
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  server.script = says('Lighthouses warn ships.');
  await chat.ask('Tell me about the coast');
  await chat.begin();
  server.script = says('Bread needs flour.');
  await chat.ask('And about baking');
  assert.equal(await chat.rows.count(), 2);

  const search = page.getByRole('searchbox', { name: 'Search conversations' });
  await page.keyboard.press('Control+k');
  await search.fill('lightHOUSES');
  await page.getByRole('navigation', { name: 'Conversations' }).getByText('Lighthouses warn ships.').waitFor();
  assert.equal(await chat.rows.count(), 1);
  await chat.rows.first().click();
  await chat.lastAnswer.getByText('Lighthouses warn ships.').waitFor();
  await search.fill('');

  await chat.choose('More for Tell me about the coast', 'Rename');
  await page.getByRole('textbox', { name: 'Title' }).fill('The coast');
  await page.getByRole('textbox', { name: 'Title' }).press('Enter');
  await page.getByRole('heading', { name: 'The coast' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'The coast' }).waitFor();

  await chat.choose('More for The coast', 'Delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { name: 'What shall we talk about?' }).waitFor();
  assert.equal(await chat.rows.count(), 1);
});

browserTest('what is exported can be read by people and taken in again', async ({ page }) => {
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  server.script = says('**Ships** pass.', 0, 'Hm.');
  await chat.ask('What is out there?');
  const saved = async (item: string) => {
    const download = page.waitForEvent('download');
    await chat.choose('More for What is out there?', item);
    return readFile(await (await download).path(), 'utf8');
  };
  const markdown = await saved('Export as Markdown');
  assert.match(
    markdown,
    /^# What is out there\?\n\n[\s\S]*## You\n\nWhat is out there\?[\s\S]*Hm\.[\s\S]*\*\*Ships\*\* pass\./,
  );
  const json = await saved('Export as JSON');

  const take = async (content: string) => {
    await page
      .locator('input[type=file][aria-label="File with conversations"]')
      .setInputFiles({ name: 'c.json', mimeType: 'application/json', buffer: Buffer.from(content) });
  };
  await take(json);
  await page.getByText('One conversation was imported.').waitFor();
  assert.equal(await chat.rows.count(), 2);
  await chat.rows.last().click();
  await chat.lastAnswer.getByText('Ships').waitFor();
  await chat.button(/^[\d,.]+ tok\/s|tokens/).click();
  await page.getByRole('img', { name: /events in/ }).waitFor();
  await page.keyboard.press('Escape');

  const broken = JSON.parse(json) as { conversations: { messages: { role: string }[] }[] };
  broken.conversations[0]!.messages[1]!.role = 'robot';
  await take(JSON.stringify(broken));
  await page.getByText('conversations[0].messages[1].role is "robot"; it must be user, assistant or tool').waitFor();
  assert.equal(await chat.rows.count(), 2);
});

browserTest('settings are sent; what cannot be sent is told', async ({ page }) => {
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  await chat.choose(/^Model:/, 'qwen3.5-flash');
  await chat.button('Settings').click();
  await page.getByRole('textbox', { name: 'Instructions' }).fill('Be brief.');
  await page.getByRole('textbox', { name: 'Temperature' }).fill('0,7');
  await page.getByRole('textbox', { name: 'Top K' }).fill('2.5');
  await page.getByText('This must be a whole number.').waitFor();
  await page.getByRole('checkbox', { name: /Probabilities/ }).check();
  server.script = says('Yes.');
  await chat.ask('Hm?');
  const { model, messages, temperature, top_k, logprobs, enable_auto } = server.asked.at(-1)!;
  assert.deepEqual(
    { model, messages, temperature, top_k, logprobs, enable_auto },
    {
      model: 'qwen3.5-flash',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hm?' },
      ],
      temperature: 0.7,
      top_k: undefined,
      logprobs: true,
      enable_auto: true,
    },
  );
});

browserTest('a refusal is told in the server’s words, and trying again leaves no trace of it', async ({ page }) => {
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  const message = 'the prompt has 40,000 tokens; the context holds 32,768';
  server.script = refuses(400, { message, type: 'invalid_request_error', code: 'context_length_exceeded' });
  await chat.send('Too long');
  await chat.lastAnswer.getByRole('alert').getByText(message).waitFor();
  server.script = refuses(429, { message: 'busy', type: 'x', code: 'queue_full' }, { 'retry-after': '7' });
  await chat.button('Try again').click();
  await chat.lastAnswer.getByText('try again in 7 s').waitFor();
  server.script = says('Now it works.');
  await chat.button('Try again').click();
  await chat.lastAnswer.getByText('Now it works.').waitFor();
  assert.equal(await chat.answers.count(), 1);
  assert.equal(await chat.button('Earlier version').count(), 0);
});

browserTest('the server goes in the middle of an answer and comes back', async ({ page }) => {
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  server.script = says('word '.repeat(200), 20);
  await chat.send('Go on.');
  await chat.lastAnswer.getByText('word word').waitFor();
  await server.stop();
  await chat.lastAnswer.getByText('The connection was lost before the answer was whole.').waitFor();
  await page.getByText('The server cannot be reached.').first().waitFor();
  await chat.button('Try again').click();
  await chat.lastAnswer.getByText('The server could not be reached.').waitFor();
  server.script = says('Back.');
  await server.start();
  await page.getByText('Server ready').waitFor();
  await chat.lastAnswer.getByRole('button', { name: 'Try again' }).click();
  await chat.lastAnswer.getByText('Back.').waitFor();
});

browserTest('two tabs show the same; a closed tab leaves its answer marked as cut off', async ({ page, context }) => {
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  server.script = says('tick '.repeat(400), 20);
  await chat.send('Tick');
  await chat.lastAnswer.getByText('tick tick').waitFor();

  const second = await context.newPage();
  const troubles = watchTroubles(second);
  const other = new ChatDriver(second);
  await other.open(page.url());
  await other.lastAnswer.getByText('tick tick').waitFor();
  const length = async () => ((await other.lastAnswer.textContent()) ?? '').length;
  const seen = await length();
  await other.page.waitForFunction(
    (before) => (document.querySelector('article[aria-label="Answer"]')?.textContent ?? '').length > before + 50,
    seen,
  );
  assert.equal(await other.lastAnswer.getAttribute('aria-busy'), 'true');
  // Only the tab that asked can stop.
  assert.ok(await other.button('Stop the answer').isDisabled());

  await other.choose('More for Tick', 'Rename');
  await second.getByRole('textbox', { name: 'Title' }).fill('Tock');
  await second.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Tock' }).waitFor();

  await page.close();
  await second.reload();
  await other.lastAnswer.getByText('This answer was cut off').waitFor();
  assert.match((await other.lastAnswer.textContent()) ?? '', /tick tick/);
  assert.deepEqual(troubles, []);
});

browserTest('the built-in model looks at a picture that is pasted', async ({ page }) => {
  const chat = new ChatDriver(page);
  await chat.open(real.url);
  await chat.button('Add pictures').waitFor();
  await chat.input.evaluate(async (input) => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 192;
    const pen = canvas.getContext('2d')!;
    pen.fillStyle = 'white';
    pen.fillRect(0, 0, 192, 192);
    pen.fillStyle = 'red';
    pen.beginPath();
    pen.arc(96, 96, 56, 0, 7);
    pen.fill();
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([blob!], 'circle.png', { type: 'image/png' }));
    input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await page.getByRole('img', { name: 'circle.png' }).waitFor();
  await chat.button('Settings').click();
  await page.getByRole('textbox', { name: 'Temperature' }).fill('0');
  assert.match(await chat.ask('What is in this image?'), /red circle/);
});
