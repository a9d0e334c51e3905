// A conversation of two turns, printed as it comes. The second turn reads only what is new.

import type { ChatMessage } from '@lantern/engine';
import { openEngine } from '@lantern/engine/node';
import { modelPath } from './model-path.ts';

await using engine = await openEngine(modelPath());
const messages: ChatMessage[] = [{ role: 'system', content: 'You are a friendly assistant.' }];

for (const question of ['Hello', 'What is the capital of France?']) {
  messages.push({ role: 'user', content: question });
  process.stdout.write(`> ${question}\n`);
  for await (const event of engine.chat(messages, { enableThinking: false, temperature: 0 })) {
    if (event.type === 'content') process.stdout.write(event.text);
    if (event.type !== 'end') continue;
    const { message, usage } = event.result;
    messages.push(message);
    process.stdout.write(`\n(${usage.cachedTokens} of ${usage.promptTokens} prompt tokens were known)\n`);
  }
}
