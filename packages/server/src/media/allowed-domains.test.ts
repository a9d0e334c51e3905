import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AllowedDomains } from './allowed-domains.ts';

const allows = (entry: string, url: string) => new AllowedDomains([entry]).allows(new URL(url));

test('a name allows itself, by https, at its port', () => {
  assert.ok(allows('example.com', 'https://example.com/a.png'));
  assert.ok(allows('Example.COM', 'https://EXAMPLE.com.:443/a.png'));
  assert.ok(allows('bücher.example', 'https://xn--bcher-kva.example/'));
  for (const url of [
    'http://example.com/',
    'https://example.com:8443/',
    'https://www.example.com/',
    'https://example.com.evil.net/',
    'https://evilexample.com/',
    'ftp://example.com/',
    'https://example.org/',
  ])
    assert.ok(!allows('example.com', url), url);
});

test('a star stands for every name below, alone for every host', () => {
  assert.ok(allows('*.example.org', 'https://a.example.org/'));
  assert.ok(allows('*.example.org', 'https://a.b.example.org/'));
  assert.ok(!allows('*.example.org', 'https://example.org/'));
  assert.ok(!allows('*.example.org', 'https://aexample.org/'));
  assert.ok(allows('*', 'https://anything.example/'));
  assert.ok(!allows('*', 'http://anything.example/'));
  assert.ok(!allows('*', 'https://anything.example:8443/'));
  assert.ok(allows('http://*', 'http://anything.example/'));
});

test('schemes and ports are named where they are others', () => {
  assert.ok(allows('example.com:8443', 'https://example.com:8443/'));
  assert.ok(!allows('example.com:8443', 'https://example.com/'));
  assert.ok(allows('http://example.com', 'http://example.com/'));
  assert.ok(!allows('http://example.com', 'https://example.com/'));
  assert.ok(allows('http://*.example.com:8080', 'http://a.example.com:8080/'));
  assert.ok(allows('8.8.8.8', 'https://8.8.8.8/'));
  assert.ok(!new AllowedDomains([]).allows(new URL('https://example.com/')));
});

test('what is no domain, or none of the internet, is refused', () => {
  for (const entry of [
    '',
    'https://example.com/path',
    'a b',
    'ex*mple.com',
    '*.',
    'user@example.com',
    'example.com:99999',
    'ftp://example.com',
  ])
    assert.throws(() => new AllowedDomains([entry]), /is no domain; write example\.com/, entry);
  for (const entry of ['localhost', '127.0.0.1', '10.0.0.1:9000', '[::1]', '0x7f.1', '169.254.169.254'])
    assert.throws(() => new AllowedDomains([entry]), /is not on the internet/, entry);
});
