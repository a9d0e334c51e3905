// Two conversations at once. Each gets its words as they come, and the words it would get alone.
import { openEngine } from '@lantern/engine/node';
import { modelPath } from './model-path.ts';

await using engine = await openEngine(modelPath());

async function follow(name: string, question: string): Promise<string> {
  let answer = '';
  for await (const event of engine.chat(question, { enableThinking: false, temperature: 0 })) {
    if (event.type !== 'content') continue;
    answer += event.text;
    console.log(`${name} ${event.text}`);
  }
  return answer;
}

const [sum, count] = await Promise.all([
  follow('left:          ', 'What is 347 + 586?'),
  follow('          right:', 'Count from 1 to 50'),
]);
console.log({ sum, count });
