import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Every browser that can run the page reads WOFF2; the other formats of KaTeX's fonts would only be carried around. */
function onlyWoff2(): Plugin {
  return {
    name: 'only-woff2',
    enforce: 'pre',
    transform(code, id) {
      if (!/katex(\.min)?\.css$/.test(id)) return null;
      return code.replaceAll(/,\s*url\([^)]+\.(?:woff|ttf)\)\s*format\([^)]+\)/g, '');
    },
  };
}

/**
 * Formulas come as HTML with styles. A browser's own parser reports those as breaches of the page's policy, although they
 * are only read; the parser that Markdown uses does not.
 */
const formulaParser = fileURLToPath(new URL('index.js', import.meta.resolve('hast-util-from-html-isomorphic')));

export default defineConfig({
  resolve: { alias: { 'hast-util-from-html-isomorphic': formulaParser } },
  // Wherever the server stands, behind a path too.
  base: './',
  plugins: [onlyWoff2(), react()],
  build: {
    target: 'es2024',
    // The page's policy allows no data: fonts or scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
  },
  server: { proxy: proxied(['/v1', '/health', '/metrics', '/version', '/docs', '/openapi.json']) },
});

/** `npm run dev -w @lantern/web` shows the sources as they change; a server started beside it answers the calls. */
function proxied(paths: string[]) {
  const target = process.env.LANTERN_URL ?? 'http://127.0.0.1:8000';
  return Object.fromEntries(paths.map((path) => [path, { target, changeOrigin: true }]));
}
