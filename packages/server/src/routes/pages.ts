import { existsSync, readFileSync } from 'node:fs';
import { openApiDocument } from '@lantern/api';
import type { RequestContext, ServerContext } from '../server-context.ts';

/** Pages run nothing and load nothing but what this server gives them. */
const pageHeaders = {
  'content-security-policy':
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
};

/** `GET /openapi.json` */
export function openApi({ version }: ServerContext, context: RequestContext): Response {
  return context.json(openApiDocument({ version, serverUrl: new URL(context.req.url).origin }));
}

/** `GET /docs`: the API reference, drawn in the browser from /openapi.json. */
export function docsPage(_: ServerContext, context: RequestContext): Response {
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lantern API</title>
<script src="docs/reference.js" defer></script>
<script src="docs/start.js" defer></script>
</head>
<body><div id="reference"></div></body>
</html>
`;
  return context.html(page, 200, pageHeaders);
}

/** `GET /docs/start.js` */
export function docsStart(_: ServerContext, context: RequestContext): Response {
  const script = `Scalar.createApiReference('#reference', {
  url: '../openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  mcp: { disabled: true },
  agent: { disabled: true },
});
`;
  return context.body(script, 200, { ...pageHeaders, 'content-type': 'text/javascript; charset=utf-8' });
}

/** Built servers carry the viewer; in the sources it is a development package. */
const BUILT_VIEWER = new URL('../viewer.js', import.meta.url);
let viewer: Uint8Array<ArrayBuffer> | undefined;

function readViewer(): Uint8Array<ArrayBuffer> {
  const path = existsSync(BUILT_VIEWER)
    ? BUILT_VIEWER
    : new URL('browser/standalone.js', import.meta.resolve('@scalar/api-reference'));
  return new Uint8Array(readFileSync(path));
}

/** `GET /docs/reference.js`: the viewer. */
export function docsReference(_: ServerContext, context: RequestContext): Response {
  viewer ??= readViewer();
  const headers = {
    ...pageHeaders,
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'max-age=86400',
  };
  return context.body(viewer, 200, headers);
}

/** `GET /` of a server without a page to talk on: what runs here and how to call it. */
export function firstPage({ host, keys, site, version }: ServerContext, context: RequestContext): Response {
  const { status } = host;
  const origin = new URL(context.req.url).origin;
  const model = status.kind === 'ready' ? status.model : null;
  const names = model ? model.names.map((name) => `<code>${htmlText(name)}</code>`).join(', ') : '';
  const state = model
    ? `It serves <strong>${htmlText(model.id)}</strong> (called ${names}) with a context of ${model.engine.contextTokens.toLocaleString('en')} tokens.`
    : status.kind === 'loading'
      ? 'The model is being loaded; <a href="health">health</a> says how far it is.'
      : 'There is no model; the log says why.';
  // What the build said names files of this machine; the log has it.
  const failure =
    site?.status.kind === 'failed'
      ? '<p><strong>The page to talk on could not be built</strong>; the log says why.</p>\n'
      : '';
  const key = keys.isOpen ? '' : ` \\\n  -H "Authorization: Bearer $LANTERN_API_KEY"`;
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lantern</title>
<style>
:root { color-scheme: light dark; font: 17px/1.6 system-ui, sans-serif; }
body { max-width: 44rem; margin: 12vh auto 4rem; padding: 0 1.25rem; }
h1 { font-size: 2rem; margin: 0 0 .5rem; letter-spacing: -.02em; }
pre { padding: 1rem 1.2rem; border-radius: .6rem; overflow-x: auto; font: .85rem/1.5 ui-monospace, monospace; background: color-mix(in srgb, CanvasText 7%, Canvas); }
code { font-family: ui-monospace, monospace; font-size: .92em; }
footer { margin-top: 3rem; opacity: .65; font-size: .85rem; }
</style>
</head>
<body>
<h1>Lantern is lit.</h1>
${failure}<p>${state}</p>
<p>Any program written for the OpenAI API works by changing its base URL to <code>${htmlText(origin)}/v1</code>:</p>
<pre>curl ${htmlText(origin)}/v1/chat/completions \\
  -H "content-type: application/json"${key} \\
  -d '{"model": "qwen3.5-plus", "messages": [{"role": "user", "content": "Hello"}]}'</pre>
<p><a href="docs">API reference</a> · <a href="openapi.json">OpenAPI document</a> · <a href="v1/models">models</a> ·
<a href="metrics">metrics</a> · <a href="health">health</a></p>
<footer>Lantern ${htmlText(version)}</footer>
</body>
</html>
`;
  return context.html(page, 200, pageHeaders);
}

function htmlText(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
