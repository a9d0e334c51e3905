// Data out of prose: ask for JSON, read it, check it.
import { openEngine } from '@lantern/engine/node';
import { modelPath } from './model-path.ts';

await using engine = await openEngine(modelPath());
const texts = [
  'Maria Lind is 34 years old and lives in Lisbon.',
  'Kwame Bernard turned 57 last week and works in Suva.',
];

// Both at once: the engine answers them in one batch.
const people = await Promise.all(
  texts.map(async (text) => {
    const prompt = `Extract name, age and city as JSON from: ${text}`;
    const { content } = await engine.chat(prompt, { enableThinking: false, temperature: 0 }).result;
    const person: unknown = JSON.parse(content);
    if (typeof person !== 'object' || person === null || !('name' in person))
      throw new Error(`the model gave ${content}`);
    return person;
  }),
);
console.table(people);
