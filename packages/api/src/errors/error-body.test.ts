import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anthropicErrorBody, errorBody, makeAnthropicErrorBody, makeErrorBody } from './error-body.ts';
import { type ErrorCode, errorCodes } from './error-codes.ts';

test('every code gives a body of both forms', () => {
  for (const code of Object.keys(errorCodes) as ErrorCode[]) {
    assert.ok(errorBody.safeParse(makeErrorBody(code, 'x')).success);
    assert.ok(anthropicErrorBody.safeParse(makeAnthropicErrorBody(code, 'x')).success);
    assert.ok(errorCodes[code].status >= 400 && errorCodes[code].status < 600);
  }
});

test('bodies look as clients expect', () => {
  assert.deepEqual(makeErrorBody('model_not_found', 'no such model', 'model'), {
    error: { message: 'no such model', type: 'not_found_error', param: 'model', code: 'model_not_found' },
  });
  assert.deepEqual(makeAnthropicErrorBody('overloaded', 'later', 'req-1'), {
    type: 'error',
    error: { type: 'overloaded_error', message: 'later' },
    request_id: 'req-1',
  });
});

test('reads the bodies of other servers', () => {
  const vllm = { error: { message: 'x', type: 'BadRequestError', param: null, code: 400 } };
  const openAi = { error: { message: 'x', type: 'invalid_request_error', param: null, code: null } };
  const modelStudio = { error: { message: 'x', type: 'y', code: 'InvalidParameter' }, request_id: 'r' };
  for (const body of [vllm, openAi, modelStudio]) assert.deepEqual(errorBody.parse(body), body);
});
