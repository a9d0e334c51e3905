import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPages } from '../packages/web/src/node/build-pages.ts';

/**
 * Makes the publishable packages in dist/: JavaScript and declarations instead of TypeScript, only what the entry points reach. The
 * built-in model is copied as it is. Order matters: the command is compiled against the engine's declarations.
 */
const root = join(import.meta.dirname, '..');
const out = join(root, 'dist');

type Manifest = {
  name: string;
  bin?: Record<string, string>;
  exports?: Record<string, string | { types: string; default: string }>;
  files?: string[];
  devDependencies?: Record<string, string>;
};

rmSync(out, { recursive: true, force: true });
for (const name of ['engine', 'api', 'server', 'client', 'web', 'cli']) buildPackage(name);
// The viewer of the API reference is one file of a package that would bring a hundred others.
copyFileSync(
  new URL('browser/standalone.js', import.meta.resolve('@scalar/api-reference')),
  join(out, 'server/lib/viewer.js'),
);
await buildPages(join(out, 'web/lib/site'));
cpSync(join(root, 'models/tiny'), join(out, 'tiny'), { recursive: true });
copyFileSync(join(root, 'LICENSE'), join(out, 'tiny/LICENSE'));

function buildPackage(name: string): void {
  const source = join(root, 'packages', name);
  const target = join(out, name);
  mkdirSync(target, { recursive: true });
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', join(source, 'tsconfig.build.json')], { stdio: 'inherit' });

  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Manifest;
  for (const [command, file] of Object.entries(manifest.bin ?? {})) {
    manifest.bin![command] = built(file, '.js');
    chmodSync(join(target, built(file, '.js')), 0o755);
  }
  for (const [entry, file] of Object.entries(manifest.exports ?? {}))
    if (typeof file === 'string')
      manifest.exports![entry] = { types: built(file, '.d.ts'), default: built(file, '.js') };
  manifest.files = ['lib'];
  delete manifest.devDependencies;
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  copyFileSync(join(source, 'README.md'), join(target, 'README.md'));
  copyFileSync(join(root, 'LICENSE'), join(target, 'LICENSE'));
}

/** `./src/index.ts` → `./lib/index.js` */
function built(file: string, extension: '.js' | '.d.ts'): string {
  return file.replace(/^\.\/src\//, './lib/').replace(/\.ts$/, extension);
}
