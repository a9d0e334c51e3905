import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, badField } from '../http/api-error.ts';
import { FieldNames } from './field-names.ts';

const names = new FieldNames({ response_format: 'text.format', 'response_format.json_schema': 'text.format' });
names.add('messages[1]', 'input[0]');
names.add('messages[1].content[2]', 'input[0].content[5]');
names.add('tools[0].function', 'tools[3]');

async function refusal(param: string, message: string): Promise<[string | null, string]> {
  const error = await names
    .translate(() => {
      throw badField(param, message, 'invalid_schema');
    })
    .catch((reason: unknown) => reason);
  assert.ok(error instanceof ApiError);
  assert.equal(error.code, 'invalid_schema');
  return [error.param, error.message];
}

test('refusals name the fields of the client', async () => {
  assert.deepEqual(await refusal('messages[1].content[2].text', 'messages[1].content[2].text is long'), [
    'input[0].content[5].text',
    'input[0].content[5].text is long',
  ]);
  assert.deepEqual(await refusal('messages[1].content[3]', 'messages[1].content[3] is not messages[11]'), [
    'input[0].content[3]',
    'input[0].content[3] is not messages[11]',
  ]);
  assert.deepEqual(await refusal('tools[0].function.parameters.type', 'tools[0].function.parameters.type is wrong'), [
    'tools[3].parameters.type',
    'tools[3].parameters.type is wrong',
  ]);
  assert.deepEqual(
    await refusal('response_format.json_schema.schema.$ref', 'response_format.json_schema.schema.$ref'),
    ['text.format.schema.$ref', 'text.format.schema.$ref'],
  );
  assert.deepEqual(await refusal('temperature', 'temperature is 3'), ['temperature', 'temperature is 3']);
  assert.deepEqual(await refusal('messages[12]', 'messages[12] is'), ['messages[12]', 'messages[12] is']);
});

test('results and other failures pass', async () => {
  assert.equal(await names.translate(async () => 7), 7);
  const bug = new TypeError('messages[1]');
  await assert.rejects(
    names.translate(async () => {
      throw bug;
    }),
    (error) => error === bug,
  );
  await assert.rejects(
    names.translate(() => {
      throw new ApiError('rate_limit_exceeded', 'messages[1] later', { retryAfter: 3 });
    }),
    { message: 'messages[1] later', retryAfter: 3, param: null },
  );
});
