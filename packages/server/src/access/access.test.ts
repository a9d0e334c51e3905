import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { ApiKeys } from './api-keys.ts';
import { isKnownHost, isLoopback } from './host-check.ts';

test('a key opens in either header, whole and alone', () => {
  const keys = new ApiKeys(['one', 'two']);
  const admits = (headers: Record<string, string>) => keys.ownerOf(new Headers(headers)) !== null;
  assert.ok(admits({ authorization: 'Bearer one' }));
  assert.ok(admits({ authorization: 'bearer two' }));
  assert.ok(admits({ 'x-api-key': 'two' }));
  assert.ok(admits({ authorization: 'Bearer wrong', 'x-api-key': 'one' }));
  for (const headers of [
    {},
    { authorization: 'one' },
    { authorization: 'Bearer on' },
    { authorization: 'Bearer one two' },
    { 'x-api-key': '' },
  ])
    assert.ok(!admits(headers as Record<string, string>), JSON.stringify(headers));
  assert.equal(new ApiKeys([]).ownerOf(new Headers()), '');
  const owner = (headers: Record<string, string>) => keys.ownerOf(new Headers(headers));
  assert.equal(owner({ authorization: 'Bearer one' }), owner({ 'x-api-key': 'one' }));
  assert.notEqual(owner({ 'x-api-key': 'two' }), owner({ 'x-api-key': 'one' }));
  assert.match(owner({ 'x-api-key': 'two' })!, /^[0-9a-f]{32}$/);
  assert.ok(!inspect(keys, { depth: 9, showHidden: true }).includes('one'));
});

test('on loopback only its own names are answered, whatever the port', () => {
  for (const host of ['localhost', 'localhost:8000', '127.0.0.1:8000', '127.0.0.5', '[::1]:8000', 'LOCALHOST'])
    assert.ok(isKnownHost(host, '127.0.0.1'), host);
  for (const host of [
    'evil.example',
    'evil.example:8000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '',
    null,
  ])
    assert.ok(!isKnownHost(host, '127.0.0.1'), String(host));
  assert.ok(isKnownHost('anything.example', '0.0.0.0'));
  assert.deepEqual(['127.0.0.1', '::1', 'localhost', '0.0.0.0', '192.168.0.2'].map(isLoopback), [
    true,
    true,
    true,
    false,
    false,
  ]);
});
