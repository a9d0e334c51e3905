import {
  type Completion,
  type CompletionChoice,
  type CompletionChunk,
  type CompletionLogprobs,
  type CompletionRequest,
  completionRequest,
  encodeEvent,
  type TokenUsage,
  unknownFields,
} from '@lantern/api';
import type { CompletionResult } from '@lantern/engine';
import { timingsOf, usageOf } from '../chat/usage.ts';
import { checkQueue } from '../check-queue.ts';
import { type CompletionPlan, planCompletions } from '../completions/plan-completions.ts';
import { type CompletionPart, runCompletions } from '../completions/run-completions.ts';
import { mergeStreams } from '../http/merge-streams.ts';
import { readBody } from '../http/read-body.ts';
import { sseResponse } from '../http/sse-response.ts';
import { streamError } from '../http/stream-error.ts';
import type { RequestContext, ServerContext } from '../server-context.ts';
import { trackAnswers } from '../telemetry/track-answers.ts';

type Ended = Omit<CompletionResult, 'text'>;
type Head = Pick<Completion, 'id' | 'object' | 'created' | 'model' | 'system_fingerprint'>;

/** `POST /v1/completions`: continues texts as they are, without a chat template. */
export async function completions(server: ServerContext, context: RequestContext): Promise<Response> {
  const request: CompletionRequest = await readBody(context, completionRequest);
  server.passedOver.tell(unknownFields(completionRequest, request));
  const model = server.host.named(request.model);
  const plan = planCompletions(request, model, server.defaults.seed);
  checkQueue(model.engine, plan.prompts.length * plan.count, server.maxWaiting);
  const running = context.get('running');
  const sources = runCompletions(model.engine, plan, running.signal);
  const head: Head = {
    id: `cmpl-${running.id}`,
    object: 'text_completion',
    created: Math.floor(Date.now() / 1000),
    model: model.id,
    system_fingerprint: model.fingerprint,
  };
  const track = trackAnswers(server, context, {
    operation: 'text_completion',
    model,
    count: plan.count,
    maxTokens: plan.maxTokens,
    attributes: { 'gen_ai.request.stream': request.stream ?? false },
  });
  const ended = (results: readonly Ended[]) => {
    track(results);
    return totalUsage(plan, results);
  };
  if (request.stream) return sseResponse(running, chunkParts(server, sources, head, request, ended));
  const finished = await Promise.all(sources.map(finish));
  const results = finished.map(({ result }) => result);
  const reply: Completion = {
    ...head,
    choices: finished.map(({ choice }, index) => ({ ...choice, index })),
    usage: ended(results),
    timings: timingsOf(results),
  };
  return context.json(reply);
}

/** Every prompt counts once, however many continuations it has. */
function totalUsage({ prompts, count, maxTokens }: CompletionPlan, results: readonly Ended[]): TokenUsage {
  const each = maxTokens === 0 ? 1 : count;
  const parts = prompts.map((_, i) => usageOf(results.slice(i * each, (i + 1) * each)));
  const sum = (of: (usage: TokenUsage) => number) => parts.reduce((total, usage) => total + of(usage), 0);
  return {
    prompt_tokens: sum((usage) => usage.prompt_tokens),
    completion_tokens: sum((usage) => usage.completion_tokens),
    total_tokens: sum((usage) => usage.total_tokens),
    prompt_tokens_details: { cached_tokens: sum((usage) => usage.prompt_tokens_details?.cached_tokens ?? 0) },
  };
}

async function finish(
  parts: AsyncIterable<CompletionPart>,
): Promise<{ choice: Omit<CompletionChoice, 'index'>; result: Ended }> {
  let text = '';
  const lists: CompletionLogprobs[] = [];
  for await (const part of parts) {
    if (part.logprobs) lists.push(part.logprobs);
    if (part.type === 'text') text += part.text;
    else {
      const { finishReason, stopReason } = part.result;
      const logprobs = lists.length > 0 ? joinLists(lists) : null;
      const stop = typeof stopReason === 'string' ? stopReason : null;
      return { choice: { text, logprobs, finish_reason: finishReason, stop_reason: stop }, result: part.result };
    }
  }
  throw new TypeError('a continuation ended without saying so');
}

function joinLists(lists: readonly CompletionLogprobs[]): CompletionLogprobs {
  return {
    tokens: lists.flatMap((list) => list.tokens),
    token_logprobs: lists.flatMap((list) => list.token_logprobs),
    top_logprobs: lists.flatMap((list) => list.top_logprobs ?? []),
    text_offset: lists.flatMap((list) => list.text_offset),
  };
}

async function* chunkParts(
  server: ServerContext,
  sources: readonly AsyncIterable<CompletionPart>[],
  head: Head,
  request: CompletionRequest,
  ended: (results: readonly Ended[]) => TokenUsage,
): AsyncGenerator<string, void> {
  const includesUsage = request.stream_options?.include_usage ?? false;
  const data = (value: unknown) => encodeEvent({ data: JSON.stringify(value) });
  const results: Ended[] = [];
  try {
    for await (const [index, part] of mergeStreams(sources)) {
      if (part.type === 'end') results[index] = part.result;
      const stop = part.type === 'end' ? part.result.stopReason : null;
      const chunk: CompletionChunk = {
        ...head,
        choices: [
          {
            index,
            text: part.type === 'text' ? part.text : '',
            logprobs: part.logprobs,
            finish_reason: part.type === 'end' ? part.result.finishReason : null,
            stop_reason: typeof stop === 'string' ? stop : null,
          },
        ],
        ...(includesUsage && { usage: null }),
      };
      yield data(chunk);
    }
    const usage = ended(results);
    if (includesUsage)
      yield data({ ...head, choices: [], usage, timings: timingsOf(results) } satisfies CompletionChunk);
  } catch (error) {
    yield data(streamError(server, error));
  }
  yield encodeEvent({ data: '[DONE]' });
}
