import type { Tools } from '../../store/records.ts';

/** Functions to try, by what they are about. */
export const exampleTools: readonly { title: string; tool: Tools[number] }[] = [
  {
    title: 'Weather',
    tool: named('get_weather', 'Get the current weather for a city', {
      city: { type: 'string', description: 'City name' },
      unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
    }),
  },
  {
    title: 'Calculator',
    tool: named('calculator', 'Evaluate an arithmetic expression', {
      expression: { type: 'string', description: 'The expression, such as 12 * (3 + 4)' },
    }),
  },
  {
    title: 'Web search',
    tool: named('search_web', 'Search the web', {
      query: { type: 'string', description: 'What to search for' },
    }),
  },
];

/** The first property is the one that is required. */
function named(name: string, description: string, properties: Record<string, object>): Tools[number] {
  const required = Object.keys(properties).slice(0, 1);
  return { type: 'function', function: { name, description, parameters: { type: 'object', properties, required } } };
}
