import { type TestContext, test } from 'node:test';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../../bench/src/find-chromium.ts';

/** The Chromium of this machine, or why there is none. */
function chromiumHere(): { path: string } | { missing: string } {
  try {
    return { path: findChromium() };
  } catch (error) {
    return { missing: (error as Error).message };
  }
}

const found = chromiumHere();
let browser: Promise<Browser> | undefined;

/** What a test gets: a fresh profile's page, and what went wrong in it. */
export type Visit = {
  context: BrowserContext;
  page: Page;
  /** Errors of the page and of its policy. A test fails where there are any at its end, unless it takes them out. */
  troubles: string[];
};

/** Declares a test that runs in Chromium; where there is none it is skipped and says so. */
export function browserTest(
  name: string,
  run: (visit: Visit, context: TestContext) => Promise<void>,
  options: BrowserContextOptions = {},
): void {
  const skip = 'missing' in found ? `left out: ${found.missing}` : false;
  test(name, { skip, timeout: 120_000 }, async (test) => {
    const context = await (await launched()).newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(30_000);
    try {
      const page = await context.newPage();
      const troubles = watchTroubles(page);
      await run({ context, page, troubles }, test);
      if (troubles.length > 0) throw new Error(`the page complained:\n${troubles.join('\n')}`);
    } finally {
      await context.close();
    }
  });
}

/** What a page complains of, as it does. */
export function watchTroubles(page: Page): string[] {
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('console', (message) => {
    // A reply that is no success is told there, too; tests look at what the page makes of it.
    const isReply = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isReply) troubles.push(message.text());
  });
  return troubles;
}

function launched(): Promise<Browser> {
  browser ??= chromium.launch({
    executablePath: (found as { path: string }).path,
    // Its sandbox refuses the superuser.
    chromiumSandbox: process.getuid?.() !== 0,
    // Nothing but loopback is ever spoken to.
    args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--disable-dev-shm-usage'],
  });
  return browser;
}

/** For `after` of a file with such tests. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
}
