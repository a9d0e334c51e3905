import assert from 'node:assert/strict';
import { assertSound } from './axe.ts';
import { browserTest } from './browser.ts';
import { ChatDriver } from './chat-driver.ts';
import { calls, callsEach, says } from './scripted-server.ts';
import { real, server } from './servers.ts';

/** Opens the panel of tools with these examples. */
async function withTools(chat: ChatDriver, ...examples: string[]): Promise<void> {
  await chat.button(/^Tools/).click();
  for (const name of examples) await chat.page.getByRole('button', { name, exact: true }).click();
}

browserTest('the built-in model calls a function twice at once and tells the typed results', async ({ page }) => {
  const chat = new ChatDriver(page);
  await chat.open(real.url);
  await chat.choose(/^Thinking:/, 'Fast');
  await chat.button('Settings').click();
  await page.getByRole('textbox', { name: 'Temperature' }).fill('0');
  await withTools(chat, 'Weather');
  await chat.button('Tools (1)').waitFor();
  await chat.ask('How is the weather in Paris and Rome?');
  const results = page.getByRole('textbox', { name: 'Result of get_weather' });
  await results.nth(1).waitFor();
  const send = chat.button('Send the results');
  await results.nth(0).fill('{"temperature": 9, "condition": "clear"}');
  await page.getByText('1 of 2 are missing.').waitFor();
  assert.ok(await send.isDisabled());
  // What was typed is not lost.
  await page.reload();
  await results.nth(1).fill('{"temperature": 15, "condition": "foggy"}');
  assert.match(await results.nth(0).inputValue(), /clear/);
  await send.click();
  await chat.answers.nth(1).waitFor();
  assert.match(await chat.whole(), /9 degrees and clear in Paris.*15 degrees and foggy in Rome/);
  assert.equal(await page.getByRole('article', { name: 'Result of get_weather' }).count(), 2);
});

browserTest('a result that is set beforehand is sent by itself', async ({ page }) => {
  const chat = new ChatDriver(page);
  await chat.open(real.url);
  await chat.choose(/^Thinking:/, 'Fast');
  await withTools(chat, 'Weather');
  await page.getByRole('checkbox', { name: /^get_weather/ }).check();
  await page
    .getByRole('textbox', { name: 'Result for every call of get_weather' })
    .fill('{"temperature": 21, "condition": "sunny"}');
  await chat.send('How is the weather in Lisbon?');
  await chat.lastAnswer.getByText(/21 degrees/).waitFor();
  await page.reload();
  await chat.lastAnswer.getByText(/21 degrees/).waitFor();
  await chat.button('Tools (1)').click();
  assert.match(await page.getByRole('textbox', { name: 'Result for every call of get_weather' }).inputValue(), /sunny/);
});

browserTest('definitions are checked as they are typed, and faults name their place', async ({ page }) => {
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  await withTools(chat);
  const field = page.getByRole('textbox', { name: 'Functions that the model may call' });
  const city = (type: string) =>
    JSON.stringify([
      {
        type: 'function',
        function: { name: 'weather', parameters: { type: 'object', properties: { city: { type } } } },
      },
    ]);
  await field.fill(city('string'));
  await page.getByText('1 function for the model.').waitFor();
  await field.fill(city('text'));
  const fault = page.getByRole('button', {
    name: /^tools\[0\]\.function\.parameters\.properties\.city\.type is "text"; it must be one of "string"/,
  });
  await fault.click();
  const chosen = await field.evaluate((area: HTMLTextAreaElement) =>
    area.value.slice(area.selectionStart, area.selectionEnd),
  );
  assert.equal(chosen, '"text"');
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  await page.getByText('Until this is mended, the 1 function from before counts.').waitFor();
  await field.press('End');
  await page.keyboard.type('x');
  await page.getByText(/line 1, column \d+: there is "x" where/).waitFor();
  // The last good ones are sent; the unfinished text is kept.
  server.script = says('Fine.');
  await chat.ask('Hello');
  assert.deepEqual(server.asked.at(-1)!.tools, JSON.parse(city('string')));
  await page.reload();
  await chat.button('Tools (1)').click();
  assert.match(await field.inputValue(), /"text".*x$/);
  // A bare function is enough.
  await field.fill('{"name": "now", "description": "The time"}');
  await page.getByText('1 function for the model.').waitFor();
  await page.getByRole('combobox', { name: 'Calls' }).selectOption('Always now');
  await page.getByRole('checkbox', { name: /Several calls/ }).uncheck();
  await chat.ask('And now?');
  const { tools, tool_choice, parallel_tool_calls } = server.asked.at(-1)!;
  assert.deepEqual(
    { tools, tool_choice, parallel_tool_calls },
    {
      tools: [{ type: 'function', function: { name: 'now', description: 'The time' } }],
      tool_choice: { type: 'function', function: { name: 'now' } },
      parallel_tool_calls: false,
    },
  );
});

browserTest('results go back in the order of the calls; another one is a version', async ({ page }) => {
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  await withTools(chat, 'Weather', 'Calculator');
  server.script = callsEach([
    ['get_weather', { city: 'Paris' }],
    ['calculator', { expression: '1+1' }],
  ]);
  await chat.ask('Both, please');
  server.script = says('It rains, and 2.');
  await page.getByRole('textbox', { name: 'Result of calculator' }).fill('2');
  const weather = page.getByRole('article', { name: 'Call of get_weather' });
  await weather.getByRole('button', { name: 'It failed' }).click();
  await page.keyboard.type('no such city');
  await page.keyboard.press('Control+Enter');
  await chat.lastAnswer.getByText('It rains, and 2.').waitFor();
  const said = () => server.asked.at(-1)!.messages.slice(1);
  const call = (id: string, name: string, args: string) => ({
    id,
    type: 'function',
    function: { name, arguments: args },
  });
  const callMessage = {
    role: 'assistant',
    content: '',
    tool_calls: [
      call('call_1', 'get_weather', '{"city":"Paris"}'),
      call('call_2', 'calculator', '{"expression":"1+1"}'),
    ],
  };
  const result = (tool_call_id: string, name: string, content: string) => ({
    role: 'tool',
    tool_call_id,
    name,
    content,
  });
  assert.deepEqual(said(), [
    callMessage,
    result('call_1', 'get_weather', 'Error: no such city'),
    result('call_2', 'calculator', '2'),
  ]);

  server.script = says('Sunny.');
  const shown = page.getByRole('article', { name: 'Result of get_weather' });
  await shown.getByRole('button', { name: 'Edit the result' }).click();
  await shown.getByRole('textbox').fill('{"sky": "blue"}');
  await shown.getByRole('button', { name: 'Send' }).click();
  await chat.lastAnswer.getByText('Sunny.').waitFor();
  assert.deepEqual(said(), [
    callMessage,
    result('call_1', 'get_weather', '{"sky": "blue"}'),
    result('call_2', 'calculator', '2'),
  ]);
  await shown.getByRole('button', { name: 'Earlier version' }).click();
  await chat.lastAnswer.getByText('It rains, and 2.').waitFor();
});

browserTest('a model that calls for ever is stopped; a call that was cut off is not sent back', async ({ page }) => {
  const chat = new ChatDriver(page);
  await chat.open(server.url);
  await withTools(chat, 'Weather');
  await page.getByRole('checkbox', { name: /^get_weather/ }).check();
  await page.getByRole('textbox', { name: 'Result for every call of get_weather' }).fill('rain');
  const before = server.asked.length;
  server.script = calls('get_weather', { city: 'Paris' });
  await chat.send('Again and again');
  await page.getByText('After 8 answers with calls the page asks before it goes on.').waitFor();
  assert.equal(server.asked.length - before, 9);

  await page.getByRole('checkbox', { name: /^get_weather/ }).uncheck();
  await chat.begin();
  server.script = calls('get_weather', { city: 'A place with a long name' }, 60);
  await chat.send('Weather?');
  await page.getByRole('article', { name: 'Call of get_weather' }).getByText('"city"').waitFor();
  await chat.button('Stop the answer').click();
  await chat.lastAnswer.getByText('You stopped this answer.').waitFor();
  assert.equal(await page.getByRole('textbox', { name: 'Result of get_weather' }).count(), 0);
  server.script = says('Well.');
  await chat.ask('Never mind');
  assert.deepEqual(
    server.asked.at(-1)!.messages.map(({ role }) => role),
    ['user', 'user'],
  );
});

browserTest(
  'tools stand up to axe in light and dark, and the keyboard alone does it all',
  async ({ page }) => {
    const chat = new ChatDriver(page);
    await chat.open(server.url);
    await chat.button(/^Tools/).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Weather', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('checkbox', { name: /^get_weather/ }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('textbox', { name: 'Result for every call of get_weather' }).focus();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Space');
    await chat.input.focus();
    server.script = calls('get_weather', { city: 'Paris' });
    await page.keyboard.type('Weather?');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Result of get_weather' }).waitFor();
    await chat.whole();
    for (let step = 0; step < 60; step++) {
      await page.keyboard.press('Shift+Tab');
      if (await page.evaluate(() => document.activeElement?.matches('form[aria-label^=Results] textarea'))) break;
    }
    await page.keyboard.type('rain');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(200);
      await assertSound(page, `waiting for a result, ${colorScheme}`);
    }
    await page.getByRole('textbox', { name: 'Functions that the model may call' }).fill('[{"name": 3}]');
    await assertSound(page, 'a fault in the definitions');
    server.script = says('Wet.');
    await page.getByRole('textbox', { name: 'Result of get_weather' }).focus();
    await page.keyboard.press('Control+Enter');
    await chat.lastAnswer.getByText('Wet.').waitFor();
    await assertSound(page, 'a result');
  },
  { reducedMotion: 'reduce' },
);
