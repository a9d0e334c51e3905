import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What keeps people out; the lesser kinds are advice. */
const GRAVE = ['serious', 'critical'];

type Violation = { id: string; impact: string; nodes: { html: string; failureSummary: string }[] };

/** Has axe look at the page as it is; `state` says in which one it is. */
export async function assertSound(page: Page, state: string, options: object = {}): Promise<void> {
  // The policy lets no script in but the page's own; the debugger may.
  await page.evaluate(await axeSource());
  const violations = await page.evaluate(async (options) => {
    const { axe } = globalThis as unknown as {
      axe: { run(at: object, options: object): Promise<{ violations: Violation[] }> };
    };
    // The guards at a menu's ends are only there to pass the focus on.
    return (await axe.run({ exclude: ['[data-base-ui-focus-guard]'] }, options)).violations;
  }, options);
  const told = violations
    .filter(({ impact }) => GRAVE.includes(impact))
    .map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]!.html} ${nodes[0]!.failureSummary}`);
  assert.deepEqual(told, [], state);
}

let axe: string | undefined;
async function axeSource(): Promise<string> {
  axe ??= await readFile(AXE, 'utf8');
  return axe;
}
