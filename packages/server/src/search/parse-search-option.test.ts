import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { parseSearchOption } from './parse-search-option.ts';
import { SearchError } from './search-error.ts';

const SECRET = 'secret-value';
const signal = new AbortController().signal;

for (const [text, env, name] of [
  ['searxng=http://localhost:8888', {}, 'searxng'],
  [' searxng=https://me:pw@example.com/searxng/ ', {}, 'searxng'],
  ['brave', { BRAVE_API_KEY: SECRET }, 'brave'],
  ['brave', { BRAVE_API_KEY: ' ', BRAVE_SEARCH_API_KEY: ` ${SECRET}\n` }, 'brave'],
  ['tavily', { TAVILY_API_KEY: SECRET }, 'tavily'],
  [`folder=${tmpdir()}`, {}, 'folder'],
  ['folder=a=b', {}, 'folder'],
] as const)
  test(`--search ${text.trim()}`, () => {
    assert.equal(parseSearchOption(text, env).name, name);
  });

for (const [text, message, env = {}] of [
  ['', /^--search: no provider is named; give searxng=URL, brave, tavily or folder=PATH$/],
  ['=x', /^--search: no provider is named; /],
  ['google', /^--search: "google" is no search provider; give searxng=URL/],
  ['Brave', /^--search: "Brave" is no search provider/],
  ['x'.repeat(99), /^--search: "x{39}…" is no search provider/],
  ['searxng', /^searxng: no address is given; give the address of an instance: --search searxng=http/],
  ['searxng=', /^searxng: no address is given/],
  ['searxng=localhost', /^searxng: its address is not a URL/],
  ['searxng=localhost:8888', /^searxng: its address begins with "localhost:"/],
  ['searxng=ftp://example.com', /^searxng: its address begins with "ftp:"/],
  [`searxng=http://me:${SECRET}@[/`, /^searxng: its address is not a URL/],
  [`searxng=http://example.com/?key=${SECRET}`, /^searxng: its address must not contain \? or #/],
  ['brave', /^brave: its API key is missing; put it in the environment variable BRAVE_API_KEY$/],
  ['brave', /^brave: its API key is missing/, { TAVILY_API_KEY: SECRET }],
  [`brave=${SECRET}`, /^brave: it takes no value; give --search brave and put the key in BRAVE_API_KEY$/],
  ['brave', /^brave: BRAVE_API_KEY holds characters that no key has/, { BRAVE_API_KEY: `${SECRET}\nx` }],
  ['tavily', /^tavily: TAVILY_API_KEY holds characters/, { TAVILY_API_KEY: `${SECRET}…` }],
  ['tavily', /^tavily: its API key is missing; .* TAVILY_API_KEY$/, { TAVILY_API_KEY: '' }],
  [`tavily=${SECRET}`, /^tavily: it takes no value/],
  ['folder', /^folder: no folder is named; give its path: --search folder=PATH$/],
  ['folder=', /^folder: no folder is named/],
] as [string, RegExp, Record<string, string>?][])
  test(`refused: --search ${text.slice(0, 40)} (${Object.keys(env).join()})`, () => {
    assert.throws(
      () => parseSearchOption(text, env),
      (error) => {
        assert.ok(error instanceof SearchError);
        assert.equal(error.code, 'bad-option');
        assert.match(error.message, message);
        assert.ok(!error.message.includes(SECRET));
        return true;
      },
    );
  });

test('a folder that is missing is told when it is searched, in one line', async () => {
  const provider = parseSearchOption('folder=/no/such\nfolder', {});
  await assert.rejects(
    provider.search('x', { count: 1, signal }),
    /^SearchError: folder: \/no\/such folder does not exist; check/,
  );
});
