import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { resultOf } from './stub-client.ts';
import { chunks, piece } from './stub-server.ts';

describe('deltas', () => {
  const call = (index: number, id: string | null, name: string | null, args: unknown) => ({
    index,
    ...(id !== null && { id, type: 'function' }),
    function: { ...(name !== null && { name }), arguments: args },
  });

  test("Model Studio's: empty ids later on, thinking first, null contents, usage at the end", async () => {
    const delta = (fields: object) => piece({ content: null, reasoning_content: null, ...fields });
    const result = await resultOf(
      chunks(
        piece({ role: 'assistant', content: null, reasoning_content: '' }),
        delta({ reasoning_content: 'Hm.' }),
        delta({ tool_calls: [call(0, 'call_1', 'get_weather', '')] }),
        delta({ tool_calls: [call(0, '', null, '{"city": ')] }),
        delta({ tool_calls: [call(0, '', '', '"Paris"}')] }),
        delta({ tool_calls: [call(1, 'call_2', 'get_time', '{}')] }),
        piece({ content: '', reasoning_content: null }, 'tool_calls'),
        {
          choices: [],
          usage: {
            prompt_tokens: 9,
            completion_tokens: 8,
            prompt_tokens_details: { cached_tokens: 4 },
            completion_tokens_details: { reasoning_tokens: 1 },
          },
        },
      ),
    );
    assert.deepEqual(result.toolCalls, [
      { id: 'call_1', name: 'get_weather', arguments: '{"city": "Paris"}' },
      { id: 'call_2', name: 'get_time', arguments: '{}' },
    ]);
    assert.deepEqual([result.content, result.reasoning, result.finishReason], ['', 'Hm.', 'tool_calls']);
    assert.deepEqual(result.usage, {
      promptTokens: 9,
      cachedTokens: 4,
      completionTokens: 8,
      reasoningTokens: 1,
      acceptedDraftTokens: null,
      rejectedDraftTokens: null,
    });
  });

  test("vLLM's: reasoning by its other name; a stop with calls is told as calls", async () => {
    const result = await resultOf(
      chunks(
        piece({ reasoning: 'Hm.' }),
        piece({ reasoning_content: 'Hm!', reasoning: 'Hm!' }),
        piece({ tool_calls: [call(0, 'c', 'f', '{}')] }),
        piece({}, 'stop'),
      ),
    );
    assert.deepEqual([result.reasoning, result.finishReason], ['Hm.Hm!', 'tool_calls']);
  });

  test("llama.cpp's timings, SGLang's stop", async () => {
    const last = { choices: [{ index: 0, delta: {}, finish_reason: 'stop', matched_stop: '\n' }] };
    const timings = { cache_n: 1, prompt_n: 2, prompt_ms: 500, predicted_n: 3, predicted_ms: 250 };
    const result = await resultOf(chunks(piece({ content: 'Hi' }), { ...last, timings }));
    assert.deepEqual(result.timings, { queueSeconds: 0, prefillSeconds: 0.5, decodeSeconds: 0.25 });
    assert.equal(result.stopReason, '\n');
  });

  test('mixed, nameless, without ids, with objects as arguments, all of index 0: calls stay apart', async () => {
    const of = async (...lists: object[][]) => {
      const deltas = lists.map((tool_calls) => piece({ tool_calls }));
      return (await resultOf(chunks(...deltas, piece({}, 'tool_calls')))).toolCalls;
    };
    const expected = [
      { id: 'a', name: 'f', arguments: '{"x":1}' },
      { id: 'b', name: 'g', arguments: '{"y":2}' },
    ];
    assert.deepEqual(
      await of(
        [call(0, 'a', 'f', '{"x":'), call(1, 'b', 'g', '{"y":')],
        [call(0, null, null, '1}'), call(1, null, null, '2}')],
      ),
      expected,
    );
    assert.deepEqual(await of([call(0, 'a', 'f', { x: 1 })], [call(0, 'b', 'g', { y: 2 })]), expected);
    assert.deepEqual(
      await of([call(0, 'a', null, '{"x":')], [call(0, null, 'f', '1}')], [call(1, 'b', 'g', '{"y":2}')]),
      expected,
    );
    assert.deepEqual(await of([call(0, null, 'f', '{}')]), [{ id: 'call_0', name: 'f', arguments: '{}' }]);
  });
});
