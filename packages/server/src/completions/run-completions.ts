import type { CompletionLogprobs } from '@lantern/api';
import type { CompletionResult, Engine } from '@lantern/engine';
import { CompletionLogprobList } from './completion-logprobs.ts';
import type { CompletionPlan, CompletionPrompt } from './plan-completions.ts';

/** A piece of one continuation, or its end. */
export type CompletionPart =
  | { type: 'text'; text: string; logprobs: CompletionLogprobs | null }
  | { type: 'end'; logprobs: CompletionLogprobs | null; result: Omit<CompletionResult, 'text'> };

/** Begins all continuations of a plan, prompt by prompt. Throws what the engine refuses; `signal` ends them. */
export function runCompletions(
  engine: Engine,
  plan: CompletionPlan,
  signal: AbortSignal,
): AsyncIterable<CompletionPart>[] {
  return plan.prompts.flatMap((prompt) => {
    if (plan.maxTokens === 0) return [promptOnly(engine, plan, prompt, signal)];
    const streams = engine.completeMany(prompt.ids, plan.count, { ...plan.options, signal });
    return streams.map((stream) => continuation(engine, plan, prompt, stream, signal));
  });
}

async function* continuation(
  engine: Engine,
  plan: CompletionPlan,
  prompt: CompletionPrompt,
  stream: ReturnType<Engine['complete']>,
  signal: AbortSignal,
): AsyncGenerator<CompletionPart, void> {
  const list = plan.logprobs === null ? null : new CompletionLogprobList(engine.tokenizer, plan.logprobs);
  if (plan.echo) {
    if (list) list.addPrompt(await engine.score(prompt.ids, { top: Math.max(1, plan.logprobs ?? 1), signal }));
    yield { type: 'text', text: prompt.text, logprobs: list?.take() ?? null };
  }
  for await (const event of stream) {
    if (event.type === 'token') list?.add(event);
    else if (event.type === 'text') yield { type: 'text', text: event.text, logprobs: list?.take() ?? null };
    else {
      const { stopReason } = event.result;
      if (plan.includesStop && typeof stopReason === 'string') yield { type: 'text', text: stopReason, logprobs: null };
      yield { type: 'end', logprobs: list?.take() ?? null, result: event.result };
    }
  }
}

/** The prompt told again, with nothing generated. */
async function* promptOnly(
  engine: Engine,
  plan: CompletionPlan,
  { ids, text }: CompletionPrompt,
  signal: AbortSignal,
): AsyncGenerator<CompletionPart, void> {
  const list = plan.logprobs === null ? null : new CompletionLogprobList(engine.tokenizer, plan.logprobs);
  const began = performance.now();
  if (list) list.addPrompt(await engine.score(ids, { top: Math.max(1, plan.logprobs ?? 1), signal }));
  yield { type: 'text', text, logprobs: list?.take() ?? null };
  yield {
    type: 'end',
    logprobs: null,
    result: {
      finishReason: 'length',
      stopReason: null,
      usage: {
        promptTokens: ids.length,
        imageTokens: 0,
        videoTokens: 0,
        cachedTokens: 0,
        completionTokens: 0,
        reasoningTokens: 0,
        acceptedDraftTokens: 0,
        rejectedDraftTokens: 0,
      },
      timings: { queueSeconds: 0, prefillSeconds: (performance.now() - began) / 1000, decodeSeconds: 0 },
    },
  };
}
