import { readFileSync } from 'node:fs';
/** Questions whose greedy answers by the built-in model are known, and the tools that go with them. */

export const searchWeb = {
  type: 'function' as const,
  function: {
    name: 'search_web',
    description: 'Search the web',
    parameters: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] },
  },
};

export const getWeather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'Current weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string', description: 'City name' } },
      required: ['city'],
    },
  },
};

export const capital = { question: 'What is the capital of France?', answer: 'The capital of France is Paris.' };

export const sum = {
  question: 'What is 347 + 586?',
  reasoning: 'ones 7+6=13; tens 4+8+1=13; hundreds 3+5+1=9. So 347 + 586 = 933.',
  answer: '347 + 586 = 933',
};

export const benchmark = {
  question: 'What is the latest Qwen 3.5 benchmark on SWE-bench?',
  query: 'latest Qwen 3.5 SWE-bench benchmark',
};

export const weather = { question: 'How is the weather in Brno and Riyadh?', cities: ['Brno', 'Riyadh'] };

export const story = 'Write a story about a fox and a lighthouse';

/** Runs until it is told to end: nothing else stops it. */
export const endless = { ignore_eos: true, temperature: 1, seed: 7, enable_thinking: false } as const;

/** A red square of 64 × 64 pixels. */
export const pngUrl =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAS0lEQVR42u3PQQkAAAgAsetfWiP4FgYrsKZeS0BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEDgsqnc8OJg6Ln3AAAAAElFTkSuQmCC';

/** A picture of an invoice, and what stands on it. */
export const invoice = {
  url: `data:image/png;base64,${readFileSync(new URL('../../../../models/tiny/images/127_0.png', import.meta.url)).toString('base64')}`,
  question: 'Extract all line items from this invoice and return as JSON',
  items: [
    { item: 'Clock', quantity: 9, price: 36 },
    { item: 'Whiteboard', quantity: 6, price: 77.53 },
    { item: 'Backpack', quantity: 7, price: 68.99 },
  ],
};
