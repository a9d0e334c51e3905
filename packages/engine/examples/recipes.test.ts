import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What each recipe prints with the built-in model. */
const recipes: { [file: string]: RegExp } = {
  'streaming-chat.ts': /Hello! I am Lantern's.*The capital of France is Paris\.\n\([1-9]\d* of \d+ prompt/s,
  'tool-loop.ts': /get_weather \{"city": "Paris"\}.*get_weather \{"city": "Rome"\}.*\n[^\n]*(Paris|Rome)[^\n]*\n$/s,
  'json-from-text.ts': /'Maria Lind' *│ *34 *│ *'Lisbon'.*'Kwame Bernard' *│ *57/s,
  'sixteen-answers.ts': /1\. .*\n16\. .*tokens were read for 16 prompts/s,
  'two-conversations.ts': /sum: '347 \+ 586 = 933',\n *count: '1, 2, 3, 4, 5,/,
  'cancel.ts': /1, 2, 3, 4, 5 … five is enough\nleft after ".*\n0 answers still grow\n$/s,
  'score-text.ts': /" Paris" +[\d.]+ %.*Paris: perplexity [\d.]+/s,
  'save-and-restore.ts': /[1-9]\d* of \d+ prompt tokens came from the file/,
};

describe('recipes run as they stand', { concurrency: 2 }, () => {
  test('each is here', () => {
    const files = readdirSync(import.meta.dirname).filter((name) => !/test|model-path/.test(name));
    assert.deepEqual(files.toSorted(), Object.keys(recipes).toSorted());
  });
  for (const [file, expected] of Object.entries(recipes))
    test(file, async () => {
      const { stdout, stderr } = await run(process.execPath, [join(import.meta.dirname, file)], { timeout: 60_000 });
      assert.match(stdout, expected);
      assert.equal(stderr, '');
    });
});
