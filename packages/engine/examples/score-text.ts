// How likely a model finds a text, token by token, and which of several endings it prefers.
import { perplexity } from '@lantern/engine';
import { openEngine } from '@lantern/engine/node';
import { modelPath } from './model-path.ts';

await using engine = await openEngine(modelPath());

const { ids, logprobs, top } = await engine.score('The capital of France is Paris.', { top: 1 });
for (const [i, logprob] of logprobs.entries()) {
  const [likeliest] = top[i]!;
  const [token, best] = [ids[i + 1]!, likeliest![0]].map((id) => JSON.stringify(engine.tokenizer.decode([id])));
  console.log(`${token!.padEnd(12)} ${(100 * Math.exp(logprob)).toFixed(1).padStart(5)} %   likeliest ${best}`);
}

for (const city of ['Paris', 'Lisbon', 'Rome']) {
  const scores = await engine.score(`The capital of France is ${city}.`);
  console.log(`${city}: perplexity ${perplexity(scores.logprobs).toFixed(2)}`);
}
