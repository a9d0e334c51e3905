import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

/** All modules that an entry point reaches by static and dynamic imports, types left out. */
function reachable(entry: URL, seen = new Map<string, string[]>()): Map<string, string[]> {
  if (seen.has(entry.href)) return seen;
  const source = readFileSync(entry, 'utf8').replaceAll(/^(import|export) type [^;]*;/gm, '');
  const imports = [...source.matchAll(/(?:\bfrom |\bimport\(|^import )'([^']+)'/gm)].map((match) => match[1]!);
  seen.set(entry.href, imports);
  for (const name of imports) if (name.startsWith('.')) reachable(new URL(name, entry), seen);
  return seen;
}

test('what a browser imports reaches nothing of Node', () => {
  const modules = reachable(new URL('./index.ts', import.meta.url));
  assert.ok([...modules.keys()].some((href) => href.endsWith('wasm/backend.ts')));
  for (const [href, imports] of modules)
    assert.deepEqual(
      imports.filter(
        (name) => name.startsWith('node:') || ['sharp', 'mediabunny', '@napi-rs/webcodecs'].includes(name),
      ),
      [],
      href,
    );
  const nodes = reachable(new URL('./node.ts', import.meta.url));
  assert.ok([...nodes.values()].flat().some((name) => name.startsWith('node:')));
});
