import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Fonts and pictures are compressed already. */
const WORTH_IT = /\.(?:html|js|css|svg|json|map|txt|wasm)$/;

/** Puts a `.br` and a `.gz` beside every file of a folder that gets smaller by it. */
export async function compressFiles(folder: string): Promise<void> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && WORTH_IT.test(entry.name),
  );
  await Promise.all(
    files.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const content = await readFile(path);
      const [small, smaller] = await Promise.all([zip(content, { level: 9 }), brotli(content)]);
      if (small.length < content.length) await writeFile(`${path}.gz`, small);
      if (smaller.length < content.length) await writeFile(`${path}.br`, smaller);
    }),
  );
}
