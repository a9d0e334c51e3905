// Sixteen answers to one prompt, drawn together. The prompt is read once.
import { openEngine } from '@lantern/engine/node';
import { modelPath } from './model-path.ts';

await using engine = await openEngine(modelPath(), { maxSequences: 16 });
const streams = engine.chatMany('Write a story about a fox and a lighthouse', 16, {
  enableThinking: false,
  temperature: 1,
  maxTokens: 24,
  seed: 1,
});
const answers = await Promise.all(streams.map((stream) => stream.result));

for (const [i, { content }] of answers.entries()) console.log(`${i + 1}. ${content}`);
const { promptTokens } = answers[0]!.usage;
const read = answers.reduce((sum, { usage }) => sum + usage.promptTokens - usage.cachedTokens, 0);
console.log(`${read} tokens were read for 16 prompts of ${promptTokens}`);
