// The model asks for functions to be called until it can answer.
import type { ChatMessage, ToolDefinition } from '@lantern/engine';
import { openEngine } from '@lantern/engine/node';
import { modelPath } from './model-path.ts';

const tools: ToolDefinition[] = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'Get the current weather for a city',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string', description: 'City name' } },
        required: ['city'],
      },
    },
  },
];

function getWeather({ city }: { city: string }): { temperature: number; condition: string } {
  return { temperature: city.length, condition: 'clear' };
}

await using engine = await openEngine(modelPath());
const messages: ChatMessage[] = [{ role: 'user', content: 'What is the weather in Paris and Rome?' }];

for (let round = 0; round < 5; round++) {
  const answer = await engine.chat(messages, { tools, enableThinking: false, temperature: 0 }).result;
  messages.push(answer.message);
  if (answer.finishReason !== 'tool_calls') {
    console.log(answer.content);
    break;
  }
  for (const call of answer.toolCalls) {
    const result = getWeather(JSON.parse(call.arguments));
    console.log(`${call.name} ${call.arguments} → ${JSON.stringify(result)}`);
    messages.push({ role: 'tool', tool_call_id: call.id, content: JSON.stringify(result) });
  }
}
