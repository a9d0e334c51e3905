// Three ways to end an answer early: a signal, leaving the loop, a deadline.
import { openEngine } from '@lantern/engine/node';
import { modelPath } from './model-path.ts';

await using engine = await openEngine(modelPath());
const prompt = 'Count from 1 to 50';

const control = new AbortController();
let text = '';
try {
  for await (const event of engine.chat(prompt, { enableThinking: false, temperature: 0, signal: control.signal })) {
    if (event.type === 'content') text += event.text;
    if (text.includes('5')) control.abort(new Error('five is enough'));
  }
} catch (error) {
  console.log(`${text} … ${(error as Error).message}`);
}

for await (const event of engine.chat(prompt, { temperature: 0 })) {
  if (event.type !== 'reasoning') continue;
  console.log(`left after "${event.text}"`);
  break;
}

const late = engine.chat(prompt, { signal: AbortSignal.timeout(1) });
await late.result.catch((error: Error) => console.log(error.message));
console.log(`${engine.scheduler.running} answers still grow`);
