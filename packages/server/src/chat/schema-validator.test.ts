import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { schemaValidator } from './schema-validator.ts';

test('what is JSON and keeps to the schema', () => {
  const keeps = schemaValidator({ type: 'object', properties: { old: { type: 'boolean' } }, required: ['old'] });
  assert.equal(keeps('{"old": true}'), true);
  assert.equal(keeps('{"old": 1}'), false);
  assert.equal(keeps('{"old": true'), false);
});

test('of a schema that cannot be compiled any JSON is taken, and the next one of that name is compiled', () => {
  const keeps = schemaValidator({ $id: 'https://a.example/b', $ref: '#/$defs/missing' });
  assert.equal(keeps('{}'), true);
  assert.equal(keeps('{'), false);
  assert.equal(schemaValidator({ $id: 'https://a.example/b', type: 'number' })('{}'), false);
});

test('a schema is forgotten with its validator', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const schemas = Array.from({ length: 20 }, () => {
    const schema = { type: 'object', properties: { name: { enum: ['Ada', 'Bo'] } } };
    assert.equal(schemaValidator(schema)('{"name": "Bo"}'), true);
    return new WeakRef(schema);
  });
  // What a WeakRef was made of lives until the end of the job.
  await setImmediate();
  collect();
  const kept = schemas.filter((schema) => schema.deref() !== undefined);
  assert.ok(kept.length <= 1, `${kept.length} of ${schemas.length} schemas are still in memory`);
});
