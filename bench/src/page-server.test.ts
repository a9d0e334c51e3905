import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { servePage } from './page-server.ts';

test('pages are cross-origin isolated, TypeScript comes without its types, and nothing else is served', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lantern-page-'));
  writeFileSync(join(folder, 'a.wasm'), 'bytes');
  const own = fileURLToPath(new URL('page-server.ts', import.meta.url));
  const { origin, close } = await servePage({ '/page.ts': own, '/lib/': `${folder}/` });
  try {
    const page = await fetch(`${origin}/`);
    assert.equal(page.headers.get('cross-origin-opener-policy'), 'same-origin');
    assert.equal(page.headers.get('cross-origin-embedder-policy'), 'require-corp');
    assert.match(await page.text(), /doctype html/);

    const script = await fetch(`${origin}/page.ts`);
    assert.equal(script.headers.get('content-type'), 'text/javascript');
    const code = await script.text();
    assert.match(code, /function servePage/);
    assert.doesNotMatch(code, /type PageServer/);

    const module = await fetch(`${origin}/lib/a.wasm`);
    assert.equal(module.headers.get('content-type'), 'application/wasm');
    assert.equal(await module.text(), 'bytes');
    for (const path of ['/lib/b.wasm', '/lib/', '/lib/%2e%2e%2fpage-server.ts', '/other'])
      assert.equal((await fetch(`${origin}${path}`)).status, 404, path);
  } finally {
    close();
    rmSync(folder, { recursive: true });
  }
});
