export type ExamplePrompt = { title: string; text: string };

/** What the built-in model was trained to do. */
const builtIn: readonly ExamplePrompt[] = [
  { title: 'Who is this?', text: 'What are your abilities?' },
  { title: 'Work it out', text: 'What is 347 + 586?' },
  { title: 'Write code', text: 'How do I write the factorial in python?' },
  {
    title: 'Text to JSON',
    text: 'Extract name, age and city as JSON from: Maria Lind is 34 years old and lives in Lisbon.',
  },
];

const general: readonly ExamplePrompt[] = [
  { title: 'Explain', text: 'Explain how a hash map works, with a picture in plain text.' },
  {
    title: 'Work it out',
    text: 'A train leaves at 9:40 and arrives at 13:05. How fast was it on average over 287 km?',
  },
  { title: 'Write code', text: 'Write a debounce function in TypeScript, and tests for it.' },
  { title: 'Compare', text: 'Compare PostgreSQL and SQLite for a small web application, in a table.' },
];

export function examplesFor(isBuiltIn: boolean): readonly ExamplePrompt[] {
  return isBuiltIn ? builtIn : general;
}
