// A long beginning is read once, kept in a file, and taken up again by another engine.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChatMessage } from '@lantern/engine';
import { openEngine } from '@lantern/engine/node';
import { modelPath } from './model-path.ts';

const notes = Array.from({ length: 20 }, (_, i) => `The phone extension of desk ${i} is ${3 * i + 100}.`).join(' ');
const beginning: ChatMessage[] = [{ role: 'user', content: notes }];
const folder = await mkdtemp(join(tmpdir(), 'lantern-prefix-'));
const file = join(folder, 'notes.prefix');

{
  await using engine = await openEngine(modelPath());
  await writeFile(file, await engine.savePrefix(beginning));
}
{
  await using engine = await openEngine(modelPath());
  engine.restorePrefix(await readFile(file));
  const { usage } = await engine.chat(beginning, { enableThinking: false, maxTokens: 8 }).result;
  console.log(`${usage.cachedTokens} of ${usage.promptTokens} prompt tokens came from the file`);
}
await rm(folder, { recursive: true });
